package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Drops every row older than the max session age, a chunk a transaction, each row by compare-and-delete. It stops at its
 * deadline, wherever it is; what is left is still right to read, since every read checks.
 */
public final class Sweep {
    private static final Walk.Page COUNTED = new Walk.Page(10_000, TimeUnit.MILLISECONDS.toNanos(100));

    private final JdbcTable table;
    private final MaxSessionAge maxAge;
    private final ScheduledExecutorService timer;
    private final Predicate<String> isInUse;
    private final Consumer<SessionRow> onDropped;
    private boolean metUnjudgeable;

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
     * How a sweep goes about it. On a slow disk a chunk has fewer rows, and its pause is longer.
     *
     * @param chunkRows the most rows a transaction
     * @param chunkMillis how long a transaction may keep other writers waiting, but for its commit
     * @param pauseMillis the shortest pause between two transactions, for the host's own writers; 0 for none at all
     * @param budgetMillis for the whole; 0 for no end
     */
    public record Pace(int chunkRows, long chunkMillis, long pauseMillis, long budgetMillis) {
        /** A pause is this many times as long as the transaction before it: others find the lock free more often than not. */
        private static final int PAUSE_FACTOR = 2;

        /** SQLite lets a writer look for the lock after 1, 3, 8, 18 … ms: whoever finds it taken finds it free at the fourth look. */
        private static final Pace AMONG_FILE_LOCKS = new Pace(2_000, 10, 20, 0);

        /** Whoever writes other rows does not wait at all: it is for the server's sake that there are pauses. */
        private static final Pace AMONG_ROW_LOCKS = new Pace(2_000, 20, 10, 0);

        /** For a table that others are using, to its end. */
        public static Pace besideOthers(JdbcTable table) {
            return table.hasRowLocks() ? AMONG_ROW_LOCKS : AMONG_FILE_LOCKS;
        }

        /** The same with less time for it. */
        public Pace less(long nanos) {
            long left = budgetMillis == 0 ? 0 : Math.max(1, budgetMillis - TimeUnit.NANOSECONDS.toMillis(nanos));
            return new Pace(chunkRows, chunkMillis, pauseMillis, left);
        }

        /** As many rows as a transaction takes, read in as long as it may take. */
        private Walk.Page page() {
            return new Walk.Page(chunkRows, TimeUnit.MILLISECONDS.toNanos(chunkMillis));
        }

        /** Whether it leaves room for others. */
        boolean isGentle() {
            return pauseMillis > 0;
        }

        void pauseAfter(long nanos) {
            Patience.sleep(Math.max(PAUSE_FACTOR * nanos, TimeUnit.MILLISECONDS.toNanos(pauseMillis)));
        }
    }

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
        long began = System.nanoTime();
        Deadline deadline = Deadline.in(pace.budgetMillis());
        Walk walk = table.walk(maxAge.cutoffMillis(), pace.page());
        long reached = System.nanoTime();
        Deletions deletions = new Deletions(table, walk, pace, deadline, timer, onDropped);
        Patience patience = new Patience(pace);
        while (!walk.isOver() && !deadline.isOver()) {
            deletions.dropAll(expiredOf(patience.with(() -> page(walk, deadline))));
        }
        Log.debug("the sweep reached the table after " + TimeUnit.NANOSECONDS.toMillis(reached - began)
                + " ms and was over after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
        return new Result(deletions.dropped(), !deadline.isOver());
    }

    /**
     * How many rows a sweep would drop now; it reads what a sweep reads, and drops nothing.
     *
     * @param budgetMillis 0 for no end
     * @return empty where the budget is spent before the end
     */
    public OptionalInt countExpired(long budgetMillis) throws StoreException {
        AtomicInteger expired = new AtomicInteger();
        return lookThrough(budgetMillis, row -> expired.incrementAndGet())
                ? OptionalInt.of(expired.get())
                : OptionalInt.empty();
    }

    /**
     * Tells of each row that a sweep would drop now; as {@link #countExpired}.
     *
     * @return false where the budget is spent before the end
     */
    public boolean lookThrough(long budgetMillis, Consumer<SessionRow> onExpired) throws StoreException {
        Deadline deadline = Deadline.in(budgetMillis);
        Walk walk = table.walk(maxAge.cutoffMillis(), COUNTED);
        while (!walk.isOver() && !deadline.isOver()) {
            expiredOf(page(walk, deadline)).forEach(candidate -> onExpired.accept(candidate.row()));
        }
        return !deadline.isOver();
    }

    /**
     * Whether a row came by whose last-used value says nothing about its age. Most such values lie where no sweep looks; a
     * read tells of each.
     */
    public boolean metUnjudgeable() {
        return metUnjudgeable;
    }

    private List<Candidate> page(Walk walk, Deadline deadline) throws StoreException {
        return table.on(connection -> {
            try {
                return deadline.interrupting(connection, timer, walk::next);
            } catch (SQLException failure) {
                if (deadline.isOver() && table.isInterruption(failure)) {
                    return List.of();
                }
                throw failure;
            }
        });
    }

    private List<Candidate> expiredOf(List<Candidate> page) {
        List<Candidate> expired = new ArrayList<>(page.size());
        for (Candidate candidate : page) {
            SessionRow row = candidate.row();
            metUnjudgeable |= maxAge.cannotJudge(row.lastUsed());
            if (maxAge.isExceededBy(row.lastUsed()) && !isInUse.test(row.sessionId())) {
                expired.add(candidate);
            }
        }
        return expired;
    }
}
