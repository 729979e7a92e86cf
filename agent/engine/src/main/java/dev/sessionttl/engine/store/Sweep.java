package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Drops every row older than the max session age, a chunk a transaction, each row by compare-and-delete. It stops at its
 * deadline, wherever it is; what is left is still right to read, since every read checks.
 */
public final class Sweep {
    private static final int PAGE_ROWS = 10_000;
    private static final int INTERRUPTED = 9;

    private final SqliteTable table;
    private final MaxSessionAge maxAge;
    private final ScheduledExecutorService timer;
    private final Consumer<SessionRow> onDropped;

    /**
     * @param timer interrupts a statement that would outlast the deadline
     * @param onDropped told of each row once its deletion is committed
     */
    public Sweep(
            SqliteTable table, MaxSessionAge maxAge, ScheduledExecutorService timer, Consumer<SessionRow> onDropped) {
        this.table = table;
        this.maxAge = maxAge;
        this.timer = timer;
        this.onDropped = onDropped;
    }

    /**
     * How a sweep goes about it.
     *
     * @param chunkRows rows a transaction
     * @param pauseMillis between two transactions, for the host's own writers
     * @param budgetMillis for the whole; 0 for none
     */
    public record Pace(int chunkRows, long pauseMillis, long budgetMillis) {}

    /**
     * @param dropped rows that are gone
     * @param finished false where the deadline came first
     */
    public record Result(int dropped, boolean finished) {}

    /** Sweeps on the calling thread. */
    public Result run(Pace pace) throws StoreException {
        if (!maxAge.isOn()) {
            return new Result(0, true);
        }
        long cutoff = maxAge.cutoffMillis();
        Deadline deadline = Deadline.in(pace.budgetMillis());
        int dropped = 0;
        int skipped = 0;
        while (true) {
            List<SessionRow> page = page(cutoff, skipped, deadline);
            List<SessionRow> expired = expiredOf(page);
            int droppedOfPage = 0;
            for (int from = 0; from < expired.size(); from += pace.chunkRows()) {
                if (deadline.isOver()) {
                    return new Result(dropped + droppedOfPage, false);
                }
                droppedOfPage += drop(expired.subList(from, Math.min(expired.size(), from + pace.chunkRows())));
                pause(pace);
            }
            dropped += droppedOfPage;
            if (page.size() < PAGE_ROWS) {
                return new Result(dropped, !deadline.isOver());
            }
            // What stays in the table will come first in the next page again.
            skipped += page.size() - droppedOfPage;
        }
    }

    private List<SessionRow> page(long cutoff, int skipped, Deadline deadline) throws StoreException {
        return table.on(connection -> {
            PreparedStatement page = table.sweepPage(connection, cutoff, PAGE_ROWS, skipped);
            ScheduledFuture<?> interruption = deadline.isNever()
                    ? null
                    : timer.schedule(() -> cancel(page), deadline.nanosLeft(), TimeUnit.NANOSECONDS);
            try {
                return table.rows(page);
            } catch (SQLException failure) {
                if ((failure.getErrorCode() & 0xff) == INTERRUPTED) {
                    return List.of();
                }
                throw failure;
            } finally {
                if (interruption != null) {
                    interruption.cancel(false);
                }
            }
        });
    }

    private List<SessionRow> expiredOf(List<SessionRow> page) {
        List<SessionRow> expired = new ArrayList<>(page.size());
        for (SessionRow row : page) {
            if (maxAge.isExceededBy(row.lastUsed())) {
                expired.add(row);
            }
        }
        return expired;
    }

    private int drop(List<SessionRow> chunk) throws StoreException {
        List<SessionRow> dropped = new ArrayList<>(chunk.size());
        table.on(connection -> {
            connection.transaction(() -> {
                for (SessionRow row : chunk) {
                    if (table.dropIfUntouched(connection, row)) {
                        dropped.add(row);
                    }
                }
            });
            return dropped;
        });
        dropped.forEach(onDropped);
        return dropped.size();
    }

    private static void cancel(PreparedStatement statement) {
        try {
            statement.cancel();
        } catch (SQLException alreadyOver) {
            // It ended by itself.
        }
    }

    private static void pause(Pace pace) {
        if (pace.pauseMillis() > 0) {
            try {
                Thread.sleep(pace.pauseMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A moment on the monotonic clock, or never. */
    private record Deadline(boolean isNever, long atNanos) {
        static Deadline in(long millis) {
            return new Deadline(millis == 0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        }

        long nanosLeft() {
            return Math.max(0, atNanos - System.nanoTime());
        }

        boolean isOver() {
            return !isNever && nanosLeft() == 0;
        }
    }
}
