package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import java.sql.SQLException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A moment on the monotonic clock, or never. */
record Deadline(boolean isNever, long atNanos) {
    /** @param millis from now on; 0 for never */
    static Deadline in(long millis) {
        return new Deadline(millis == 0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    long nanosLeft() {
        return isNever ? Long.MAX_VALUE : Math.max(0, atNanos - System.nanoTime());
    }

    boolean isOver() {
        return nanosLeft() == 0;
    }

    /** Runs what the timer interrupts at this deadline. */
    <T> T interrupting(TableConnection connection, ScheduledExecutorService timer, Connections.Work<T> work)
            throws SQLException, StoreException {
        if (isNever) {
            return work.on(connection);
        }
        ScheduledFuture<?> interruption = timer.schedule(connection::cancel, nanosLeft(), TimeUnit.NANOSECONDS);
        try {
            return work.on(connection);
        } finally {
            interruption.cancel(false);
        }
    }
}
