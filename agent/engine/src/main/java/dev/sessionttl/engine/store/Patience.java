package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.util.concurrent.TimeUnit;

/** A sweep that finds the database locked tries again for a while, by turns with those who lock it. */
final class Patience {
    private static final int TRIES = 20;
    private static final int TRIES_IN_A_HURRY = 8;
    private static final long PAUSE_IN_A_HURRY_MILLIS = 5;

    private final Sweep.Pace pace;

    Patience(Sweep.Pace pace) {
        this.pace = pace;
    }

    <T> T with(Step<T> step) throws StoreException {
        int inVain = 0;
        while (true) {
            long began = System.nanoTime();
            try {
                return step.take();
            } catch (StoreException failure) {
                if (failure.kind() != Kind.BUSY || ++inVain >= (pace.isGentle() ? TRIES : TRIES_IN_A_HURRY)) {
                    throw failure;
                }
            }
            if (pace.isGentle()) {
                pace.pauseAfter(System.nanoTime() - began);
            } else {
                sleep(TimeUnit.MILLISECONDS.toNanos(PAUSE_IN_A_HURRY_MILLIS));
            }
        }
    }

    static void sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    interface Step<T> {
        T take() throws StoreException;
    }
}
