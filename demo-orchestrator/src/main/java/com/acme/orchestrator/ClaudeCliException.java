package com.acme.orchestrator;

/** A run of the CLI that gave no answer: it could not be started, crashed, timed out, or the API behind it failed. */
public class ClaudeCliException extends Exception {
    public ClaudeCliException(String message) {
        super(message);
    }

    public ClaudeCliException(String message, Throwable cause) {
        super(message, cause);
    }
}
