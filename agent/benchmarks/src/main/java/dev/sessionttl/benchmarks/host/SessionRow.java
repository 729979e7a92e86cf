package dev.sessionttl.benchmarks.host;

/** A row as hosts hold it. */
public final class SessionRow {
    private final String sessionId;

    public SessionRow(String sessionId) {
        this.sessionId = sessionId;
    }

    public String getSessionId() {
        return sessionId;
    }
}
