package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts events, and logs what an operator should know. Any thread may call. */
public final class Tally implements ExpiryEvents {
    final LongAdder resumeFailures = new LongAdder();
    final LongAdder wastedNanos = new LongAdder();
    final LongAdder unclassified = new LongAdder();
    final LongAdder vetoedReads = new LongAdder();
    final LongAdder expiredAtRead = new LongAdder();
    final LongAdder expiredBySweep = new LongAdder();
    private final Map<String, LongAdder> failedOpen = new ConcurrentHashMap<>();

    @Override
    public void expired(Occasion occasion, int rows) {
        (occasion == Occasion.READ ? expiredAtRead : expiredBySweep).add(rows);
    }

    @Override
    public void vetoedRead(String sessionId) {
        vetoedReads.increment();
        Log.debug("withheld session " + Log.shortened(sessionId) + ": it is known to be dead");
    }

    @Override
    public void resumeFailed(Duration wasted) {
        resumeFailures.increment();
        wastedNanos.add(wasted.toNanos());
    }

    @Override
    public void resumeUnclassified() {
        unclassified.increment();
    }

    @Override
    public void failedOpen(String operation, Throwable cause) {
        failedOpen.computeIfAbsent(operation, unused -> new LongAdder()).increment();
        Log.warnOnce(operation + " " + kindOf(cause), "the host is left as it is, '" + operation + "' failed", cause);
    }

    /** How often the agent failed open, by operation. */
    Map<String, LongAdder> failedOpenByOperation() {
        return failedOpen;
    }

    /** What tells one cause from another: where the message may differ each time, it does not count. */
    private static String kindOf(Throwable cause) {
        if (cause instanceof StoreException store) {
            return store.kind().name();
        }
        return cause.getClass().getName() + (cause instanceof LinkageError ? "" : " " + cause.getMessage());
    }
}
