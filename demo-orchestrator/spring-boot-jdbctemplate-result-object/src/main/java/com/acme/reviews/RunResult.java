package com.acme.reviews;

/** @param error what went wrong; null where nothing did */
public record RunResult(boolean success, String sessionId, String answer, String error) {
    static RunResult failed(String error) {
        return new RunResult(false, null, null, error);
    }
}
