package com.acme.orchestrator;

/**
 * A run of the CLI that ended well.
 *
 * @param sessionId the session to resume next time
 * @param text the model's answer
 */
public record RunResult(String sessionId, String text) {}
