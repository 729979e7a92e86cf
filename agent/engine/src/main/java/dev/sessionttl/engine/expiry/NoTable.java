package dev.sessionttl.engine.expiry;

import java.util.List;

/**
 * Stands for the table of a host that keeps its ids where no SQL reaches, in memory or a file of its own. Every id has a row
 * here, as old as was observed; to drop it is to veto the id. Any thread may call.
 */
public record NoTable(Observations observed) implements SessionTable {
    @Override
    public List<SessionRow> findByKey(List<?> key) {
        return List.of();
    }

    @Override
    public List<SessionRow> findBySessionId(String sessionId, List<?> key) {
        return List.of(new SessionRow(List.of(), sessionId, observed.lastUsed(sessionId)));
    }

    @Override
    public boolean dropIfUntouched(SessionRow seen) {
        return observed.lastUsed(seen.sessionId()).equals(seen.lastUsed());
    }

    @Override
    public boolean dropSession(SessionRow seen) {
        return true;
    }

    @Override
    public void used(String sessionId) {
        observed.used(sessionId);
    }

    @Override
    public boolean keepsWhatIsDropped() {
        return true;
    }
}
