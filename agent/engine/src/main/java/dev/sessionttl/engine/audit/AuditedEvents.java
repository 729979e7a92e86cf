package dev.sessionttl.engine.audit;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.SessionRow;
import java.io.IOException;
import java.time.Duration;

/** Writes each drop into the audit log, and passes every event on. What could not be written is counted, and dropped all the same. */
public final class AuditedEvents implements ExpiryEvents {
    private final AuditLog log;
    private final ExpiryEvents events;

    public AuditedEvents(AuditLog log, ExpiryEvents events) {
        this.log = log;
        this.events = events;
    }

    @Override
    public void dropped(SessionRow row, String reason, String site) {
        try {
            log.dropped(row, reason, site);
        } catch (IOException | RuntimeException failure) {
            events.failedOpen("audit", failure);
        }
        events.dropped(row, reason, site);
    }

    @Override
    public void expired(Occasion occasion, int rows) {
        events.expired(occasion, rows);
    }

    @Override
    public void vetoedRead(String sessionId) {
        events.vetoedRead(sessionId);
    }

    @Override
    public void resumeFailed(Duration wasted) {
        events.resumeFailed(wasted);
    }

    @Override
    public void resumeUnclassified() {
        events.resumeUnclassified();
    }

    @Override
    public void failedOpen(String operation, Throwable cause) {
        events.failedOpen(operation, cause);
    }
}
