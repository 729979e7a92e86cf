package com.acme.reviews;

public record ReviewSession(String project, String claudeSessionId) {}
