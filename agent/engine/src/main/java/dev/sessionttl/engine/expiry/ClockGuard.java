package dev.sessionttl.engine.expiry;

import dev.sessionttl.engine.report.Log;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Distrusts a wall clock that leapt forward by more than the max session age against the monotonic clock: by such a clock
 * every session would be expired. For ten minutes nothing is dropped for age; by then a wrong clock has been put right, and
 * a right one (a machine that slept) has not. Any thread may call.
 */
final class ClockGuard {
    static final long HOLD_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final MaxSessionAge maxAge;
    private final LongSupplier nanoTime;
    private final ExpiryEvents events;
    private long wallMillis;
    private long nanos;
    private boolean held;
    private long heldUntilNanos;

    ClockGuard(MaxSessionAge maxAge, LongSupplier nanoTime, ExpiryEvents events) {
        this.maxAge = maxAge;
        this.nanoTime = nanoTime;
        this.events = events;
        this.wallMillis = maxAge.clock().millis();
        this.nanos = nanoTime.getAsLong();
    }

    synchronized boolean trustsAges() {
        long wallNow = maxAge.clock().millis();
        long nanosNow = nanoTime.getAsLong();
        long leapMillis = wallNow - wallMillis - TimeUnit.NANOSECONDS.toMillis(nanosNow - nanos);
        wallMillis = wallNow;
        nanos = nanosNow;
        if (maxAge.isOn() && leapMillis > maxAge.millis()) {
            held = true;
            heldUntilNanos = nanosNow + HOLD_NANOS;
            String leap = "the clock leapt forward by " + TimeUnit.MILLISECONDS.toMinutes(leapMillis) + " minutes";
            Log.warn(leap + ": for ten minutes no session is dropped for its age");
            events.failedOpen("clock", new IllegalStateException(leap));
        }
        held = held && nanosNow - heldUntilNanos < 0;
        return !held;
    }
}
