package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The deletions of one sweep: each transaction takes as many rows as its time allows, each row by compare-and-delete. A
 * row that cannot go stays, and keeps no other.
 */
final class Deletions {
    private static final int LARGEST_BATCH = 256;
    /** Where a statement is a transaction, fewer rows would not make it quicker. */
    private static final int SMALLEST_STATEMENT = 64;

    /** Each dirties a page or two, of 4 KB; at 1,000 pages the host's next commit would have to write them back. */
    private static final int ROWS_A_TRIM = 400;

    private static final int ROWS_A_LINE = 100_000;

    private final JdbcTable table;
    private final Walk walk;
    private final Sweep.Pace pace;
    private final Deadline deadline;
    private final ScheduledExecutorService timer;
    private final Consumer<SessionRow> onDropped;
    private final int smallestBatch;
    private final int batchesInTime;
    private final Patience patience;
    private int batchRows;
    private int droppedAtTrim;
    private int dropped;

    Deletions(
            JdbcTable table,
            Walk walk,
            Sweep.Pace pace,
            Deadline deadline,
            ScheduledExecutorService timer,
            Consumer<SessionRow> onDropped) {
        this.table = table;
        this.walk = walk;
        this.pace = pace;
        this.deadline = deadline;
        this.timer = timer;
        this.onDropped = onDropped;
        this.smallestBatch = table.hasRowLocks() ? SMALLEST_STATEMENT : 1;
        this.batchesInTime = table.hasRowLocks() ? 2 : 16;
        this.batchRows = smallestBatch;
        this.patience = new Patience(pace);
    }

    /** How many rows are gone through us. */
    int dropped() {
        return dropped;
    }

    /** Drops rows, a transaction after the other, until none is left or the deadline has come. */
    void dropAll(List<Candidate> rows) throws StoreException {
        while (!rows.isEmpty() && !deadline.isOver()) {
            long began = System.nanoTime();
            boolean unused = patience.with(() -> dropSome(rows));
            long nanos = System.nanoTime() - began;
            trimTheLog();
            if (pace.isGentle()) {
                pace.pauseAfter(nanos);
            }
        }
    }

    private void trimTheLog() throws StoreException {
        if (dropped - droppedAtTrim >= ROWS_A_TRIM) {
            boolean unused = patience.with(table::trimLog);
            droppedAtTrim = dropped;
        }
    }

    /** Drops rows for as long as a transaction may take, and takes those that it has dealt with out of the list. */
    private boolean dropSome(List<Candidate> rows) throws StoreException {
        // Half of what is left: the commit takes its time as well.
        long nanos = Math.min(TimeUnit.MILLISECONDS.toNanos(pace.chunkMillis()), deadline.nanosLeft() / 2);
        long end = System.nanoTime() + nanos;
        do {
            Chunk chunk = new Chunk(rows.subList(0, Math.min(rows.size(), pace.chunkRows())), nanos);
            try {
                drop(chunk);
                rows.subList(0, chunk.tried).clear();
            } catch (StoreException failure) {
                if (failure.kind() != Kind.CONSTRAINT || chunk.batch.isEmpty()) {
                    throw failure;
                }
                oneByOne(chunk.batch);
            }
        } while (!rows.isEmpty() && System.nanoTime() < end);
        return true;
    }

    private void drop(Chunk chunk) throws StoreException {
        if (table.writing(connection -> untilTheDeadline(connection, chunk))) {
            chunk.gone.forEach(this::count);
        }
    }

    /** False where the deadline came first, and the chunk was rolled back. */
    private boolean untilTheDeadline(TableConnection connection, Chunk chunk) throws SQLException, StoreException {
        try {
            return deadline.interrupting(connection, timer, interruptible -> {
                if (table.hasRowLocks()) {
                    chunk.runOnce(interruptible);
                } else {
                    interruptible.transaction(() -> chunk.run(interruptible));
                }
                return true;
            });
        } catch (SQLException failure) {
            if (deadline.isOver() && table.isInterruption(failure)) {
                return false;
            }
            throw failure;
        }
    }

    /** A row of this batch could not go, so none of the chunk did; those before it are still to be dropped as a chunk. */
    private void oneByOne(List<Candidate> batch) throws StoreException {
        while (!batch.isEmpty() && !deadline.isOver()) {
            List<Candidate> one = batch.subList(0, 1);
            try {
                drop(new Chunk(one, Long.MAX_VALUE));
            } catch (StoreException failure) {
                if (failure.kind() != Kind.CONSTRAINT) {
                    throw failure;
                }
                Log.warnOnce("sweep " + failure.getMessage(), "a row cannot be swept and stays", failure);
            }
            one.clear();
        }
        batchRows = smallestBatch;
    }

    private void count(Candidate gone) {
        if (++dropped % ROWS_A_LINE == 0) {
            Log.info("swept " + dropped + " expired sessions so far");
        }
        onDropped.accept(gone.row());
    }

    /** One transaction. */
    private final class Chunk {
        private final List<Candidate> rows;
        private final long nanos;
        private final List<Candidate> gone = new ArrayList<>();
        private List<Candidate> batch = List.of();
        private int tried;

        Chunk(List<Candidate> rows, long nanos) {
            this.rows = rows;
            this.nanos = nanos;
        }

        void run(TableConnection connection) throws SQLException, StoreException {
            long end = System.nanoTime() + nanos;
            do {
                runOnce(connection);
            } while (tried < rows.size() && System.nanoTime() < end);
        }

        void runOnce(TableConnection connection) throws SQLException, StoreException {
            long began = System.nanoTime();
            batch = rows.subList(tried, Math.min(rows.size(), tried + batchRows));
            gone.addAll(walk.dropUntouched(connection, batch));
            tried += batch.size();
            boolean isQuick = System.nanoTime() - began < nanos / batchesInTime;
            batchRows = isQuick ? Math.min(2 * batchRows, LARGEST_BATCH) : Math.max(smallestBatch, batchRows / 2);
        }
    }
}
