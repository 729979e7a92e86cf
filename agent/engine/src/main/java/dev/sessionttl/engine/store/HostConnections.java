package dev.sessionttl.engine.store;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** The host's own connections to its SQLite file that are open, as far as they were seen to open. Any thread may call. */
final class HostConnections {
    /** The driver's objects, which tell one from another by identity; a host may forget one without closing it. */
    private final Set<Object> open = Collections.newSetFromMap(new WeakHashMap<>());

    synchronized void opened(Object connection) {
        open.add(connection);
    }

    /** Whether this was the last. */
    synchronized boolean isLast(Object closed) {
        return open.remove(closed) && open.isEmpty();
    }
}
