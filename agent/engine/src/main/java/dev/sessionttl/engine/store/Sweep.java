package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Drops every row older than the max session age, a chunk a transaction, each row by compare-and-delete. It stops at its
 * deadline, wherever it is; what is left is still right to read, since every read checks.
 */
public final class Sweep {
    private static final int PAGE_ROWS = 10_000;

    private final JdbcTable table;
    private final MaxSessionAge maxAge;
    private final ScheduledExecutorService timer;
    private final Predicate<String> isInUse;
    private final Consumer<SessionRow> onDropped;

    /**
     * @param timer interrupts a statement that would outlast the deadline
     * @param isInUse whether a session id is being resumed at the moment: its row is left, however old
     * @param onDropped told of each row once its deletion is committed
     */
    public Sweep(
            JdbcTable table,
            MaxSessionAge maxAge,
            ScheduledExecutorService timer,
            Predicate<String> isInUse,
            Consumer<SessionRow> onDropped) {
        this.table = table;
        this.maxAge = maxAge;
        this.timer = timer;
        this.isInUse = isInUse;
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
        Progress progress = new Progress();
        int skipped = 0;
        while (!deadline.isOver()) {
            Step step = step(cutoff, skipped, pace, deadline);
            progress.dropped(step.dropped());
            if (step.seen() < PAGE_ROWS) {
                return new Result(progress.dropped, !deadline.isOver());
            }
            skipped += step.skipped();
            pause(pace);
        }
        return new Result(progress.dropped, false);
    }

    /**
     * How many rows a sweep would drop now. It reads as many pages as a sweep does, and drops nothing.
     */
    public int countExpired() throws StoreException {
        long cutoff = maxAge.cutoffMillis();
        int expired = 0;
        for (int skipped = 0; ; skipped += PAGE_ROWS) {
            List<SessionRow> page = page(cutoff, PAGE_ROWS, skipped, Deadline.in(0));
            expired += expiredOf(page).size();
            if (page.size() < PAGE_ROWS) {
                return expired;
            }
        }
    }

    /** A page, then its expired rows in chunks, each in a transaction of its own that begins with a write. */
    private Step step(long cutoff, int skipped, Pace pace, Deadline deadline) throws StoreException {
        List<SessionRow> page = page(cutoff, PAGE_ROWS, skipped, deadline);
        List<SessionRow> expired = expiredOf(page);
        int dropped = 0;
        int stay = page.size() - expired.size();
        for (int from = 0; from < expired.size() && !deadline.isOver(); from += pace.chunkRows()) {
            if (from > 0) {
                pause(pace);
            }
            Chunk chunk = drop(expired.subList(from, Math.min(expired.size(), from + pace.chunkRows())));
            dropped += chunk.dropped();
            stay += chunk.stay();
        }
        return new Step(page.size(), dropped, stay);
    }

    private List<SessionRow> page(long cutoff, int rows, int skipped, Deadline deadline) throws StoreException {
        return table.on(connection -> read(connection, cutoff, rows, skipped, deadline));
    }

    private List<SessionRow> read(TableConnection connection, long cutoff, int rows, int skipped, Deadline deadline)
            throws SQLException, StoreException {
        PreparedStatement page = table.sweepPage(connection, cutoff, rows, skipped);
        ScheduledFuture<?> interruption = deadline.isNever()
                ? null
                : timer.schedule(() -> cancel(page), deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        try {
            return table.rows(page);
        } catch (SQLException failure) {
            if (deadline.isOver() && table.isInterruption(failure)) {
                return List.of();
            }
            throw failure;
        } finally {
            if (interruption != null) {
                interruption.cancel(false);
            }
        }
    }

    private List<SessionRow> expiredOf(List<SessionRow> page) {
        List<SessionRow> expired = new ArrayList<>(page.size());
        for (SessionRow row : page) {
            if (maxAge.isExceededBy(row.lastUsed()) && !isInUse.test(row.sessionId())) {
                expired.add(row);
            }
        }
        return expired;
    }

    private Chunk drop(List<SessionRow> chunk) throws StoreException {
        List<SessionRow> dropped;
        try {
            dropped = table.writing(connection -> table.dropChunk(connection, chunk));
        } catch (StoreException failure) {
            if (failure.kind() != StoreException.Kind.CONSTRAINT) {
                throw failure;
            }
            return oneByOne(chunk);
        }
        dropped.forEach(onDropped);
        return new Chunk(dropped.size(), table.isSharedByRows() ? 0 : chunk.size() - dropped.size());
    }

    /** One row of the chunk could not go, so none of it did: every other one does. */
    private Chunk oneByOne(List<SessionRow> chunk) throws StoreException {
        int dropped = 0;
        int stay = 0;
        for (SessionRow row : chunk) {
            try {
                List<SessionRow> gone = table.writing(connection -> table.dropChunk(connection, List.of(row)));
                gone.forEach(onDropped);
                dropped += gone.size();
                stay += table.isSharedByRows() ? 0 : 1 - gone.size();
            } catch (StoreException failure) {
                if (failure.kind() != StoreException.Kind.CONSTRAINT) {
                    throw failure;
                }
                stay++;
                Log.warnOnce("sweep " + failure.getMessage(), "a row cannot be swept and stays", failure);
            }
        }
        return new Chunk(dropped, stay);
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

    /**
     * @param dropped rows that are gone through us
     * @param stay rows that were ours to drop and are still there
     */
    private record Chunk(int dropped, int stay) {}

    /**
     * @param seen rows that the page held
     * @param dropped rows of it that are gone through us
     * @param stay rows of it that will come first in the next page again; of the others, another sweeper has taken care
     */
    private record Step(int seen, int dropped, int stay) {
        int skipped() {
            // A page that is all in others' hands is not read for ever.
            return dropped + stay == 0 ? seen : stay;
        }
    }

    /** Tells of a long sweep while it runs. */
    private static final class Progress {
        private static final int ROWS_A_LINE = 100_000;

        private int dropped;

        void dropped(int more) {
            if ((dropped + more) / ROWS_A_LINE > dropped / ROWS_A_LINE) {
                Log.info("swept " + (dropped + more) + " expired sessions so far");
            }
            dropped += more;
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
