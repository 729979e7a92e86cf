package dev.sessionttl.engine.expiry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The ids that were let pass a moment ago. So the reads of one turn agree, and a getter that is called all the time asks
 * the table once a moment. Any thread may call; asking allocates nothing and takes no lock.
 */
final class LetPass {
    /**
     * How long a moment is: longer than the reads of one turn are apart, in hosts that read the id, test it and read it
     * again; shorter than anyone would notice beside a max age of hours.
     */
    static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A power of two, far above the ids that a host reads in one moment; two that fall together are judged more often. */
    private static final int SLOTS = 1024;

    /** @param vetoes how many vetoes there had been before it was judged: a new one may be on this id */
    private record Entry(String sessionId, long sinceNanos, long vetoes) {}

    private final AtomicReferenceArray<@Nullable Entry> slots = new AtomicReferenceArray<>(SLOTS);

    boolean has(String sessionId, long nowNanos, long vetoes) {
        Entry entry = slots.get(slotOf(sessionId));
        return entry != null
                && entry.vetoes == vetoes
                && nowNanos - entry.sinceNanos < MOMENT_NANOS
                && entry.sessionId.equals(sessionId);
    }

    void add(String sessionId, long nowNanos, long vetoes) {
        slots.set(slotOf(sessionId), new Entry(sessionId, nowNanos, vetoes));
    }

    private static int slotOf(String sessionId) {
        int hash = sessionId.hashCode();
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }
}
