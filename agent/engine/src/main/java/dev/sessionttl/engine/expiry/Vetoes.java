package dev.sessionttl.engine.expiry;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's memory of dead ids. It outlives their rows, so that a host that writes an id back, or keeps it in a cache
 * of its own, still starts fresh; it is bounded in number and in time. The time is the monotonic clock's: a wall clock that
 * is set must neither end a veto nor keep it for ever. Any thread may call.
 */
final class Vetoes {
    /** Why an id is dead. */
    enum Reason {
        /** A resume of it was refused: nothing but a successful run brings it back. */
        REFUSED,
        /** Its row was dropped for age: a fresh row with the same id brings it back. */
        EXPIRED
    }

    record Veto(Reason reason, long sinceNanos) {}

    static final int MOST = 10_000;

    private final Map<String, Veto> vetoes = new ConcurrentHashMap<>();
    private final MaxSessionAge maxAge;
    private final LongSupplier nanoTime;
    private final AtomicLong everPut = new AtomicLong();

    /** @param nanoTime a monotonic clock in ns */
    Vetoes(MaxSessionAge maxAge, LongSupplier nanoTime) {
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
    }

    /** The veto on an id; null where it has none, or it has run out. */
    @Nullable
    Veto on(String sessionId) {
        if (vetoes.isEmpty()) {
            return null;
        }
        Veto veto = vetoes.get(sessionId);
        if (veto != null && ageMillis(veto) > maxAge.vetoMillis()) {
            vetoes.remove(sessionId, veto);
            return null;
        }
        return veto;
    }

    private long ageMillis(Veto veto) {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - veto.sinceNanos());
    }

    boolean isEmpty() {
        return vetoes.isEmpty();
    }

    /** How many were put in all; it changes with every one, and only once that one counts. */
    long everPut() {
        return everPut.get();
    }

    void put(String sessionId, Reason reason) {
        Veto veto = new Veto(reason, nanoTime.getAsLong());
        vetoes.merge(
                sessionId, veto, (old, now) -> old.reason() == Reason.REFUSED && reason != Reason.REFUSED ? old : now);
        everPut.incrementAndGet();
        if (vetoes.size() > MOST) {
            forgetTheOldest();
        }
    }

    void clear() {
        vetoes.clear();
        everPut.incrementAndGet();
    }

    void lift(String sessionId) {
        vetoes.remove(sessionId);
    }

    /** A tenth at once, so that a full memory is not searched at every put. */
    private void forgetTheOldest() {
        long now = nanoTime.getAsLong();
        vetoes.entrySet().stream()
                // By its age, for a monotonic clock may run over from the greatest number to the least.
                .sorted(Comparator.comparingLong(entry -> entry.getValue().sinceNanos() - now))
                .limit(MOST / 10)
                .toList()
                .forEach(entry -> vetoes.remove(entry.getKey(), entry.getValue()));
    }
}
