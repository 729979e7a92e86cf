package com.acme.orchestrator;

/** The command line cannot be understood; the message says which part of it. */
public final class UsageException extends IllegalArgumentException {
    public UsageException(String message) {
        super(message);
    }
}
