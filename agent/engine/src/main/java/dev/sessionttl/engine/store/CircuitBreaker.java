package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Leaves a database in peace that keeps failing: after a few failures in a row, or one that took long, nothing is asked of it for a
 * second, then for two, up to half a minute; the first success closes the circuit again. Any thread may call.
 */
final class CircuitBreaker {
    static final int FAILURES = 5;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final LongSupplier nanoTime;
    private int failuresInARow;
    private long pauseNanos;
    private long openUntilNanos;

    /** @param nanoTime a monotonic clock in ns */
    CircuitBreaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Passes while the circuit is closed, and one caller a pause while it is open. */
    synchronized void check() throws StoreException {
        if (pauseNanos == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - openUntilNanos < 0) {
            throw new StoreException(
                    Kind.BUSY, "the database does not answer, or keeps failing: it is left in peace for a while");
        }
        // This caller tries; the others wait for what comes of it.
        openUntilNanos = now + pauseNanos;
    }

    synchronized boolean isOpen() {
        return pauseNanos > 0;
    }

    /** The database answered: well, or with something that is no reason to leave it alone. */
    synchronized void succeeded() {
        if (pauseNanos > 0) {
            Log.info("the database answers again");
        }
        failuresInARow = 0;
        pauseNanos = 0;
    }

    synchronized void failed(StoreException failure) {
        if (failure.kind() != Kind.BUSY && failure.kind() != Kind.FAILED) {
            succeeded();
            return;
        }
        failuresInARow++;
        if (failuresInARow >= FAILURES) {
            open();
        }
    }

    /** The database did not answer for as long as anyone can wait: once is enough. */
    synchronized void unanswered() {
        failuresInARow++;
        open();
    }

    private void open() {
        if (pauseNanos == 0) {
            Log.info("the database does not answer, or keeps failing: it is left in peace for a while");
        }
        pauseNanos = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        openUntilNanos = nanoTime.getAsLong() + pauseNanos;
    }
}
