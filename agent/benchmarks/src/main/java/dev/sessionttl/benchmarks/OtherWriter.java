package dev.sessionttl.benchmarks;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Another process of the orchestrator's: touches a session, waits a little, touches the next, each in a transaction of its
 * own. What it waits is from the call to its return, its own commit included.
 */
final class OtherWriter implements AutoCloseable {
    private static final long BETWEEN_TOUCHES_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final SessionTable table;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Future<long[]> touches;
    private final Future<Long> peak;
    private volatile boolean over;

    private OtherWriter(SessionTable table, Connection connection) {
        this.table = table;
        this.touches = threads.submit(() -> touch(connection));
        this.peak = threads.submit((Callable<Long>) this::watchTheLog);
    }

    /** Connected and at work when it returns. */
    static OtherWriter on(SessionTable table) throws Exception {
        return new OtherWriter(table, table.connect());
    }

    /**
     * @param touches how many there were
     * @param peakLogBytes the largest the database's log was seen
     */
    record Waits(int touches, double p50Millis, double p99Millis, double maxMillis, long peakLogBytes) {}

    /** Ends the writing; its last touch may have to wait. */
    Waits stop() throws Exception {
        over = true;
        long[] nanos = touches.get();
        Arrays.sort(nanos);
        return new Waits(nanos.length, millis(nanos, 0.5), millis(nanos, 0.99), millis(nanos, 1), peak.get());
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }

    private long[] touch(Connection connection) throws Exception {
        long[] nanos = new long[1 << 10];
        int made = 0;
        try (connection;
                PreparedStatement touch = connection.prepareStatement(
                        "UPDATE agent_sessions SET last_used_at = last_used_at + 1 WHERE agent_id = ?")) {
            while (!over) {
                touch.setString(1, table.liveKey(made));
                long began = System.nanoTime();
                if (touch.executeUpdate() != 1) {
                    throw new IllegalStateException("a live session is gone: " + table.liveKey(made));
                }
                if (made == nanos.length) {
                    nanos = Arrays.copyOf(nanos, 2 * made);
                }
                nanos[made++] = System.nanoTime() - began;
                LockSupport.parkNanos(BETWEEN_TOUCHES_NANOS);
            }
        }
        return Arrays.copyOf(nanos, made);
    }

    private long watchTheLog() throws Exception {
        Optional<Path> log = table.log();
        long most = 0;
        while (!over && log.isPresent()) {
            try {
                most = Math.max(most, Files.size(log.get()));
            } catch (NoSuchFileException notYet) {
                // It is made by the first commit.
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return most;
    }

    @Override
    public void close() {
        over = true;
        threads.shutdown();
    }
}
