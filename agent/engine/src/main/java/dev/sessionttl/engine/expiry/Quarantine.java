package dev.sessionttl.engine.expiry;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows that are stale but cannot be dropped, because a trigger, a constraint or the operator's own config stands in the
 * way. After a few tries they are left alone; their ids stay vetoed. Any thread may call.
 */
final class Quarantine {
    static final int TRIES = 3;
    private static final int MOST = 1_000;

    private final Map<SessionRow, Integer> tries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionRow, Integer> eldest) {
            return size() > MOST;
        }
    };

    /** Whether to try no more. */
    synchronized boolean holds(SessionRow row) {
        return tries.getOrDefault(row, 0) >= TRIES;
    }

    /**
     * One more try that failed.
     *
     * @return whether it was the last
     */
    synchronized boolean failed(SessionRow row) {
        return tries.merge(row, 1, Integer::sum) == TRIES;
    }
}
