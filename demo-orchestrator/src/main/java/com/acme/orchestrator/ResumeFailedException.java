package com.acme.orchestrator;

/** The CLI has no conversation under the id it was asked to resume; the session is gone for good. */
public final class ResumeFailedException extends ClaudeCliException {
    public ResumeFailedException(String reason) {
        super("resume failed — " + reason);
    }
}
