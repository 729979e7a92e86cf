package dev.sessionttl.engine;

import dev.sessionttl.engine.expiry.Background;
import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread of the agent's, a daemon that begins with its first work. What it is given may fail; the next is done all the same. */
final class BackgroundThread implements Background {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final int MOST_WAITING = 10_000;

    private final ScheduledExecutorService thread;
    private final ExpiryEvents events;
    private final Set<Object> waiting = ConcurrentHashMap.newKeySet();

    BackgroundThread(ExpiryEvents events) {
        this("session-ttl", events);
    }

    BackgroundThread(String name, ExpiryEvents events) {
        this(events, oneDaemon(name));
    }

    BackgroundThread(ExpiryEvents events, ScheduledExecutorService thread) {
        this.events = events;
        this.thread = thread;
    }

    private static ScheduledExecutorService oneDaemon(String name) {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> daemon(name, work));
        thread.setRemoveOnCancelPolicy(true);
        return thread;
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    ScheduledExecutorService timer() {
        return thread;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // quietly() tells of every failure
    void after(long millis, Runnable work) {
        thread.schedule(() -> quietly(work), millis, TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // quietly() tells of every failure
    void every(long millis, Runnable work) {
        thread.scheduleWithFixedDelay(() -> quietly(work), millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void untilDone(Object what, Work work) {
        if (waiting.size() < MOST_WAITING && waiting.add(what)) {
            tryAfter(FIRST_PAUSE_MILLIS, what, work);
        }
    }

    private void tryAfter(long pauseMillis, Object what, Work work) {
        after(pauseMillis, () -> {
            boolean again = false;
            try {
                work.run();
            } catch (StoreException failure) {
                again = failure.kind() == Kind.BUSY;
                if (!again) {
                    events.storeFailed("drop", failure);
                }
            } finally {
                // However it ended: what stayed in the set would never be taken again.
                if (!again) {
                    waiting.remove(what);
                }
            }
            if (again) {
                tryAfter(Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS), what, work);
            }
        });
    }

    /** Runs the work on a thread of its own and waits for it, but no longer than that: a disk may not answer. */
    static void within(long millis, String name, Runnable work) {
        Thread thread = daemon(name, () -> quietly(work));
        thread.start();
        try {
            thread.join(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs the work; what it throws is told in one line. */
    static void quietly(Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            Log.warnOnce("background " + failure, "work in the background failed", failure);
        }
    }
}
