package dev.sessionttl.engine.expiry;

import dev.sessionttl.engine.report.Log;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Distrusts a wall clock that leapt forward by more than the max session age against the monotonic clock: by such a clock
 * every session would be expired. For ten minutes nothing is dropped for age; by then a wrong clock has been put right, and
 * a right one has not: that of a machine that slept, where the monotonic clock sleeps too, as on Linux. Leaps within ten
 * minutes of each other count as one. What the clock did before this JVM began cannot be seen. Any thread may call.
 */
final class ClockGuard {
    static final long HOLD_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final MaxSessionAge maxAge;
    private final LongSupplier nanoTime;
    private final ExpiryEvents events;
    /** What leaps are measured from. */
    private Reading base;

    private Reading last;
    private boolean held;
    private long heldUntilNanos;

    ClockGuard(MaxSessionAge maxAge, LongSupplier nanoTime, ExpiryEvents events) {
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
        this.events = events;
        this.last = read();
        this.base = last;
    }

    synchronized boolean trustsAges() {
        Reading now = read();
        if (now.nanosSince(base) >= HOLD_NANOS) {
            // The leaps before the last reading are lived with; not one since then, however long ago that was.
            base = last;
        }
        last = now;
        long leapMillis = now.leapMillisSince(base);
        if (leapMillis < 0) {
            base = now;
        } else if (maxAge.isOn() && leapMillis > maxAge.millis()) {
            base = now;
            hold(now, leapMillis);
        }
        held = held && now.nanos() - heldUntilNanos < 0;
        return !held;
    }

    private void hold(Reading now, long leapMillis) {
        held = true;
        heldUntilNanos = now.nanos() + HOLD_NANOS;
        String leap = "the clock leapt forward by " + TimeUnit.MILLISECONDS.toMinutes(leapMillis) + " minutes";
        Log.warn(leap + ": for ten minutes no session is dropped for its age");
        events.failedOpen("clock", new IllegalStateException(leap));
    }

    private Reading read() {
        return new Reading(maxAge.clock().millis(), nanoTime.getAsLong());
    }

    /** Both clocks at one moment. */
    private record Reading(long wallMillis, long nanos) {
        long nanosSince(Reading earlier) {
            return nanos - earlier.nanos;
        }

        /** By how much the wall clock went on more than time did. */
        long leapMillisSince(Reading earlier) {
            return wallMillis - earlier.wallMillis - TimeUnit.NANOSECONDS.toMillis(nanosSince(earlier));
        }
    }
}
