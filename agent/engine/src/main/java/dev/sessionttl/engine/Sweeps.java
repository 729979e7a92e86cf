package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.store.SqliteTable;
import dev.sessionttl.engine.store.Sweep;
import java.util.concurrent.TimeUnit;

/**
 * The sweep in its two parts: in {@code premain} through the bundled SQLite, as far as the budget goes; what is left then,
 * once the host has its own driver, in small chunks with pauses for the host's writers.
 */
final class Sweeps {
    private static final int CHUNK_BEFORE_MAIN = 2_000;
    private static final Sweep.Pace IN_THE_BACKGROUND = new Sweep.Pace(500, 10, 0);
    private static final long LOOK_FOR_DRIVER_MILLIS = 500;
    /** Until then a host with a SQLite driver of its own has loaded it; one without is swept through the bundled one. */
    private static final long WAIT_FOR_DRIVER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AgentConfig config;
    private final SqliteTable table;
    private final MaxSessionAge maxAge;
    private final BackgroundThread background;
    private final Sessions sessions;
    private final Tally tally;
    private boolean finished;

    Sweeps(
            AgentConfig config,
            SqliteTable table,
            MaxSessionAge maxAge,
            BackgroundThread background,
            Sessions sessions,
            Tally tally) {
        this.config = config;
        this.table = table;
        this.maxAge = maxAge;
        this.background = background;
        this.sessions = sessions;
        this.tally = tally;
    }

    /** Sweeps on the calling thread within the budget; afterwards nothing of ours has the file open. */
    void beforeMain() {
        finished = config.dryRun() || !maxAge.isOn();
        if (finished || config.store().sweep().budgetMillis() == 0) {
            return;
        }
        if (!table.fileExists()) {
            finished = true;
            Log.info("no database at " + table.file() + " yet: nothing to sweep");
            return;
        }
        try {
            Sweep.Pace pace =
                    new Sweep.Pace(CHUNK_BEFORE_MAIN, 0, config.store().sweep().budgetMillis());
            Sweep.Result result = sweep(row -> {}).run(pace);
            finished = result.finished();
            Log.info("swept " + result.dropped() + " expired sessions"
                    + (finished ? "" : "; the rest will follow in the background"));
        } catch (StoreException failure) {
            tellOf(failure);
        } catch (RuntimeException | LinkageError failure) {
            tally.failedOpen("sweep", failure);
        } finally {
            table.closeIdle(0);
        }
    }

    void onceTheHostRuns() {
        if (!finished) {
            onceTheDriverIsKnown(System.nanoTime());
        }
    }

    private void onceTheDriverIsKnown(long sinceNanos) {
        if (table.hostHasADriver() || System.nanoTime() - sinceNanos > WAIT_FOR_DRIVER_NANOS) {
            BackgroundThread.daemon("session-ttl-sweep", this::theRest).start();
        } else {
            background.after(LOOK_FOR_DRIVER_MILLIS, () -> onceTheDriverIsKnown(sinceNanos));
        }
    }

    private void theRest() {
        try {
            Sweep.Result result = sweep(row -> sessions.swept(row.sessionId())).run(IN_THE_BACKGROUND);
            Log.info("swept " + result.dropped() + " more expired sessions in the background");
        } catch (StoreException failure) {
            if (failure.kind() == Kind.BUSY) {
                background.after(10 * LOOK_FOR_DRIVER_MILLIS, this::onceTheHostRuns);
            } else {
                tellOf(failure);
            }
        } catch (RuntimeException | LinkageError failure) {
            tally.failedOpen("sweep", failure);
        }
    }

    private Sweep sweep(java.util.function.Consumer<SessionRow> alsoTo) {
        return new Sweep(table, maxAge, background.timer(), row -> {
            tally.expired(Occasion.SWEEP, 1);
            alsoTo.accept(row);
        });
    }

    private void tellOf(StoreException failure) {
        switch (failure.kind()) {
            case BUSY -> Log.info("the database is locked: the sweep will go on in the background");
            case ABSENT -> {
                finished = true;
                Log.info("nothing to sweep yet: " + Log.inWords(failure));
            }
            case READ_ONLY, FAILED -> {
                finished = true;
                tally.failedOpen("sweep", failure);
            }
        }
    }
}
