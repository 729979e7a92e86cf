package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts events, and logs what an operator should know. Any thread may call. */
public final class Tally implements ExpiryEvents {
    /** As many as are vetoed at a time. */
    private static final int MOST_WITHHELD = 10_000;

    final LongAdder resumeFailures = new LongAdder();
    final LongAdder wastedNanos = new LongAdder();
    final LongAdder unclassified = new LongAdder();
    final LongAdder vetoedReads = new LongAdder();
    final LongAdder expiredAtRead = new LongAdder();
    final LongAdder expiredBySweep = new LongAdder();
    private final LongAdder measuredFailures = new LongAdder();
    private final Map<String, LongAdder> failedOpen = new ConcurrentHashMap<>();
    private final Set<String> withheldIds = ConcurrentHashMap.newKeySet();
    private final LastHours lastHours;
    private final LongSupplier nanoTime;
    private volatile @Nullable Failed lastFailed;

    public Tally() {
        this(InstantSource.system(), System::nanoTime);
    }

    /** @param nanoTime a monotonic clock in ns */
    public Tally(InstantSource clock, LongSupplier nanoTime) {
        this.lastHours = new LastHours(clock, nanoTime);
        this.nanoTime = nanoTime;
    }

    @Override
    public void expired(Occasion occasion, int rows) {
        (occasion == Occasion.READ ? expiredAtRead : expiredBySweep).add(rows);
        lastHours.expired(rows);
    }

    @Override
    public void dropped(SessionRow row, String reason, String site) {
        if (reason.equals(EXPIRED) && !site.equals(SWEEP)) {
            withheld(row.sessionId());
        }
    }

    private void withheld(String sessionId) {
        if (withheldIds.size() < MOST_WITHHELD) {
            withheldIds.add(sessionId);
        }
    }

    @Override
    public void vetoedRead(String sessionId) {
        vetoedReads.increment();
        withheld(sessionId);
        Log.debug("withheld session " + Log.shortened(sessionId) + ": it is known to be dead");
    }

    @Override
    public void resumeFailed(Duration wasted) {
        resumeFailures.increment();
        wastedNanos.add(wasted.toNanos());
        if (wasted.compareTo(Duration.ZERO) > 0) {
            measuredFailures.increment();
        }
        lastHours.resumeFailed();
    }

    @Override
    public void resumeUnclassified() {
        unclassified.increment();
    }

    @Override
    public void failedOpen(String operation, Throwable cause) {
        failedOpen.computeIfAbsent(operation, unused -> new LongAdder()).increment();
        lastFailed = new Failed(operation, cause, nanoTime.getAsLong());
        Log.warnOnce(operation + " " + kindOf(cause), "the host is left as it is, '" + operation + "' failed", cause);
    }

    /** How often the agent failed open, by operation. */
    Map<String, LongAdder> failedOpenByOperation() {
        return failedOpen;
    }

    /** What was counted so far. */
    public Counts counts() {
        SortedMap<String, Long> failed = new TreeMap<>();
        failedOpen.forEach((operation, times) -> failed.put(operation, times.sum()));
        return new Counts(
                resumeFailures.sum(),
                wastedNanos.sum() / (double) TimeUnit.SECONDS.toNanos(1),
                measuredFailures.sum(),
                unclassified.sum(),
                vetoedReads.sum(),
                withheldIds.size(),
                expiredAtRead.sum(),
                expiredBySweep.sum(),
                failed);
    }

    /** What was counted in the last 24 hours, the oldest first: the hour under way and the 23 before it. */
    public List<Hour> lastHours() {
        return lastHours.all();
    }

    public Optional<Trouble> lastTrouble() {
        Failed last = lastFailed;
        return last == null
                ? Optional.empty()
                : Optional.of(new Trouble(
                        last.operation(), last.kind(), Duration.ofNanos(nanoTime.getAsLong() - last.atNanos())));
    }

    /** What tells one cause from another: where the message may differ each time, it does not count. */
    private static String kindOf(Throwable cause) {
        if (cause instanceof StoreException store) {
            return store.kind().name();
        }
        return cause.getClass().getName() + (cause instanceof LinkageError ? "" : " " + cause.getMessage());
    }

    private record Failed(String operation, Optional<StoreException.Kind> kind, long atNanos) {
        Failed(String operation, Throwable cause, long atNanos) {
            this(
                    operation,
                    cause instanceof StoreException store ? Optional.of(store.kind()) : Optional.empty(),
                    atNanos);
        }
    }
}
