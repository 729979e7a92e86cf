package com.acme.reviews;

/** @param sessionId the session to go on with; null begins one */
public record RunRequest(String prompt, String sessionId) {}
