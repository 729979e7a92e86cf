package dev.sessionttl.engine.store;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** The host's own connections to its SQLite file that are open, as far as they were seen to open. Any thread may call. */
final class HostConnections {
    /** The driver's objects, which tell one from another by identity; a host may forget one without closing it. */
    private final Set<Object> open = Collections.newSetFromMap(new WeakHashMap<>());

    /** To other files; kept only to tell them from those that nobody saw open. */
    private final Set<Object> others = Collections.newSetFromMap(new WeakHashMap<>());

    private final boolean sawAll;

    private long openings;

    /** @param hostRuns whether the host may have opened some before anyone watched */
    HostConnections(boolean hostRuns) {
        sawAll = !hostRuns;
    }

    synchronized void opened(Object connection) {
        open.add(connection);
        openings++;
    }

    /** How often the host has opened the file so far; 0 where it has it open nowhere, as far as was seen. */
    synchronized long openings() {
        return open.isEmpty() ? 0 : openings;
    }

    synchronized void openedAnother(Object connection) {
        if (!sawAll) {
            others.add(connection);
        }
    }

    /** Whether this was the last, or may have been: one that nobody saw open counts as the last. */
    synchronized boolean isLast(Object closed) {
        if (open.remove(closed)) {
            return open.isEmpty();
        }
        return !sawAll && !others.remove(closed);
    }
}
