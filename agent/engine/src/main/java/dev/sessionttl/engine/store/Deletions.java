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

    private final JdbcTable table;
    private final Walk walk;
    private final Sweep.Pace pace;
    private final Deadline deadline;
    private final ScheduledExecutorService timer;
    private final Consumer<SessionRow> onDropped;
    private int batchRows = 1;
    private int dropped;
    private int inOthersHands;

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
    }

    /** How many rows are gone through us. */
    int dropped() {
        return dropped;
    }

    /** How many rows another sweeper takes care of. */
    int inOthersHands() {
        return inOthersHands;
    }

    /**
     * Drops rows for as long as a transaction may take, and takes those that it has dealt with out of the list.
     *
     * @return how many rows are gone through us by now
     */
    int dropSome(List<Candidate> rows) throws StoreException {
        // Half of what is left: the commit takes its time as well.
        long nanos = Math.min(TimeUnit.MILLISECONDS.toNanos(pace.chunkMillis()), deadline.nanosLeft() / 2);
        long end = System.nanoTime() + nanos;
        do {
            Chunk chunk = new Chunk(rows.subList(0, Math.min(rows.size(), pace.chunkRows())), nanos);
            try {
                drop(chunk);
                rows.subList(0, chunk.tried).clear();
            } catch (StoreException failure) {
                if (failure.kind() != Kind.CONSTRAINT) {
                    throw failure;
                }
                oneByOne(chunk.batch);
            }
        } while (!rows.isEmpty() && System.nanoTime() < end);
        return dropped;
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
                interruptible.transaction(() -> chunk.run(interruptible));
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
        batchRows = 1;
    }

    private void count(JdbcTable.Dropped gone) {
        dropped += gone.rows().size();
        inOthersHands += gone.inOthersHands();
        gone.rows().forEach(candidate -> onDropped.accept(candidate.row()));
    }

    /** One transaction. */
    private final class Chunk {
        private final List<Candidate> rows;
        private final long nanos;
        private final List<JdbcTable.Dropped> gone = new ArrayList<>();
        private List<Candidate> batch = List.of();
        private int tried;

        Chunk(List<Candidate> rows, long nanos) {
            this.rows = rows;
            this.nanos = nanos;
        }

        void run(TableConnection connection) throws SQLException, StoreException {
            long began = System.nanoTime();
            long spent = 0;
            while (tried < rows.size() && spent < nanos) {
                batch = rows.subList(tried, Math.min(rows.size(), tried + batchRows));
                gone.add(table.dropUntouched(connection, walk, batch));
                tried += batch.size();
                long now = System.nanoTime() - began;
                boolean isQuick = now - spent < nanos / 16;
                batchRows = isQuick ? Math.min(2 * batchRows, LARGEST_BATCH) : Math.max(1, batchRows / 2);
                spent = now;
            }
        }
    }
}
