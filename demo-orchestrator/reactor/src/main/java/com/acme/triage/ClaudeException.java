package com.acme.triage;

class ClaudeException extends RuntimeException {
    ClaudeException(String message) {
        super(message);
    }
}
