package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.SweepConfig;
import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.status.Status.LastSweep;
import dev.sessionttl.engine.store.JdbcTable;
import dev.sessionttl.engine.store.Sweep;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * When a sweep runs: in {@code premain} through the bundled SQLite, as far as the budget goes; what is left then, and every
 * later sweep, in small chunks through the host's own driver, with pauses for the host's writers.
 */
final class Sweeps {
    /** Each transaction writes again much of what the one before it wrote of an index; other processes wait 3 s and more. */
    private static final long CHUNK_MILLIS_BEFORE_MAIN = 2_000;

    /** A file server that does not answer is not to keep the host from its main. */
    private static final long OPEN_MILLIS = 10_000;

    private static final int MOST_CHUNK_ROWS = 200_000;
    /** So many bytes of the largest heap a row, of which it takes about 400. */
    private static final int HEAP_BYTES_A_ROW = 4_096;

    private static final long LOOK_AGAIN_MILLIS = 500;
    private static final long LOCKED_MILLIS = 5_000;

    private final SweepConfig config;
    private final JdbcTable table;
    private final MaxSessionAge maxAge;
    private final BackgroundThread background;
    private final Sessions sessions;
    private final Tally tally;
    private final ExpiryEvents events;
    private Optional<FutureTask<Boolean>> opening = Optional.empty();
    private boolean isDue = true;
    /** From when one is wanted until it is over: however often it is wanted, there is one thread. */
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    private volatile boolean isWantedAgain;
    private volatile Optional<LastSweep> last = Optional.empty();

    Sweeps(
            AgentConfig config,
            JdbcTable table,
            MaxSessionAge maxAge,
            BackgroundThread background,
            Sessions sessions,
            Tally tally,
            ExpiryEvents events) {
        this.config = config.store().sweep();
        this.table = table;
        this.maxAge = maxAge;
        this.background = background;
        this.sessions = sessions;
        this.tally = tally;
        this.events = events;
    }

    /** The last that looked at the table; its parts count as one. Any thread may ask. */
    Optional<LastSweep> last() {
        return last;
    }

    /**
     * Begins to open the database for the sweep before {@code main}, on a thread of its own: most of that is the loading of
     * SQLite, beside which the agent makes the rest ready.
     */
    void openAhead() {
        if (!isOn() || config.budgetMillis() == 0 || !table.isUsableBeforeMain()) {
            return;
        }
        if (!table.mayExist()) {
            isDue = false;
            Log.info("no database at " + table.name() + " yet: nothing to sweep");
            return;
        }
        FutureTask<Boolean> open = new FutureTask<>(table::openToSweep);
        BackgroundThread.daemon("session-ttl-open", open).start();
        opening = Optional.of(open);
    }

    /**
     * Sweeps on the calling thread, within the budget, what was {@link #openAhead opened ahead}; afterwards nothing of ours
     * has the file open.
     */
    void beforeMain() {
        if (opening.isEmpty()) {
            return;
        }
        try {
            boolean isOpen = opening.get().get(OPEN_MILLIS, TimeUnit.MILLISECONDS);
            isDue = !(isOpen && run(beforeMainWithin(config.budgetMillis()), row -> {}));
        } catch (ExecutionException notOpened) {
            isDue = !tellOf(Objects.requireNonNullElse(notOpened.getCause(), notOpened));
        } catch (TimeoutException tooLong) {
            Log.info("the database does not open in " + OPEN_MILLIS + " ms: the sweep will follow in the background");
        } catch (InterruptedException hostWantsToGoOn) {
            Thread.currentThread().interrupt();
        } finally {
            table.closeIdle(0);
        }
    }

    private static Sweep.Pace beforeMainWithin(long budgetMillis) {
        long rows = Math.min(MOST_CHUNK_ROWS, Runtime.getRuntime().maxMemory() / HEAP_BYTES_A_ROW);
        return new Sweep.Pace((int) rows, CHUNK_MILLIS_BEFORE_MAIN, 0, budgetMillis);
    }

    /** Finishes what the budget left, and from then on sweeps as often as the config says. */
    void onceTheHostRuns() {
        if (isDue) {
            again();
        }
        if (config.everyMillis() > 0) {
            background.every(config.everyMillis(), this::again);
        }
    }

    /** Sweeps in the background; where one is under way, once more after it. */
    void again() {
        if (!isOn()) {
            return;
        }
        if (isUnderWay.compareAndSet(false, true)) {
            onceTheDriverIsSettled();
        } else {
            isWantedAgain = true;
        }
    }

    private boolean isOn() {
        return maxAge.isOn() && !sessions.isDryRun();
    }

    private void onceTheDriverIsSettled() {
        if (table.isDriverSettled()) {
            BackgroundThread.daemon("session-ttl-sweep", this::inTheBackground).start();
        } else {
            background.after(LOOK_AGAIN_MILLIS, this::onceTheDriverIsSettled);
        }
    }

    private void inTheBackground() {
        // The host may hold copies of what goes now; before its main it could not.
        boolean isOver = !isOn() || run(Sweep.Pace.besideOthers(table), row -> sessions.swept(row.sessionId()));
        if (!isOver) {
            background.after(LOCKED_MILLIS, this::onceTheDriverIsSettled);
            return;
        }
        isUnderWay.set(false);
        if (isWantedAgain) {
            isWantedAgain = false;
            again();
        }
    }

    /** Whether the sweep is over, well or not; false where it has to go on later. */
    private boolean run(Sweep.Pace pace, Consumer<SessionRow> alsoTo) {
        long sweptBefore = tally.counts().expiredBySweep();
        try {
            // Before the clock is asked whether it can be trusted: what it does afterwards is nothing to this sweep.
            MaxSessionAge now = maxAge.asOfNow();
            if (!sessions.trustsAges()) {
                return false;
            }
            // The config may change in the midst of it: from then on no row goes by what it said before.
            Predicate<String> isLeft = id -> !isOn() || maxAge.millis() != now.millis() || sessions.isInUse(id);
            Sweep sweep = new Sweep(table, now, background.timer(), isLeft, row -> {
                events.expired(Occasion.SWEEP, 1);
                events.dropped(row, ExpiryEvents.EXPIRED, ExpiryEvents.SWEEP);
                alsoTo.accept(row);
            });
            if (!table.canJudgeUnread(now.cutoffMillis())) {
                // Each row that it comes upon is noted as seen.
                boolean isOver = sweep.countExpired(pace.budgetMillis()).isPresent();
                Log.info(
                        "no session was seen in use for as long as the max session age: the sweep drops none, and leaves it to"
                                + " the reads");
                return isOver;
            }
            long began = System.nanoTime();
            if (config.maxFraction() < 1) {
                OptionalInt expired = sweep.countExpired(pace.budgetMillis());
                if (expired.isEmpty()) {
                    Log.info("counting the expired sessions takes longer than the budget: the sweep will follow in the"
                            + " background");
                    return false;
                }
                if (isTooMuch(expired.getAsInt())) {
                    return true;
                }
            }
            Sweep.Result result = sweep.run(pace.less(System.nanoTime() - began));
            remember(sweptBefore, result.finished());
            if (sweep.metUnjudgeable()) {
                sessions.metUnjudgeable();
            }
            Log.info("swept " + result.dropped() + " expired sessions"
                    + (result.finished() ? "" : "; the rest will follow in the background"));
            return result.finished();
        } catch (StoreException failure) {
            if (tally.counts().expiredBySweep() > sweptBefore) {
                remember(sweptBefore, false);
            }
            return tellOf(failure);
        } catch (RuntimeException | LinkageError failure) {
            return tellOf(failure);
        }
    }

    private void remember(long sweptBefore, boolean finished) {
        long earlier =
                last.filter(part -> !part.finished()).map(LastSweep::dropped).orElse(0L);
        long dropped = tally.counts().expiredBySweep() - sweptBefore;
        last = Optional.of(new LastSweep(maxAge.clock().instant(), earlier + dropped, finished));
    }

    /** A sweep that empties the table more likely means a wrong clock or a wrong column than that many dead sessions. */
    private boolean isTooMuch(int expired) throws StoreException {
        long rows = table.facts().rows();
        boolean tooMuch = !config.allows(expired, rows);
        if (tooMuch) {
            String what = "the sweep would drop " + expired + " of " + rows + " sessions";
            Log.warn(what + ", more than store.maxSweepFraction " + config.maxFraction() + " allows: it drops none");
            events.failedOpen("sweep", new IllegalStateException(what));
        }
        return tooMuch;
    }

    /** Whether the sweep is over for that; false where it has to go on later. */
    private boolean tellOf(Throwable cause) {
        if (!(cause instanceof StoreException failure)) {
            events.failedOpen("sweep", cause);
            return true;
        }
        if (failure.kind() == Kind.BUSY) {
            String words = Log.inWords(failure);
            Log.infoOnce("sweep " + words, "the sweep will go on in the background: " + words);
            return false;
        }
        if (failure.kind() == Kind.ABSENT) {
            Log.info("no sweep for now: " + Log.inWords(failure));
        } else {
            events.failedOpen("sweep", failure);
        }
        return true;
    }
}
