package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link Observations} in a file of the agent's own, which outlives the process and which several processes may share.
 * Where it cannot be used the record is kept in memory alone: every id then is as old as zero when the host starts. Any thread
 * may call; host threads call nothing here that waits for a disk, but for {@link #hostOpens} of this very file.
 */
public final class ObservedFile implements AutoCloseable {
    /** Where the config names none. By it a file is known for the agent's even where nothing in it can be read. */
    public static final String DEFAULT_NAME = "session-ttl-observed.db";

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Path file;
    private final Observations observed;
    private final ExpiryEvents events;
    private final LongSupplier nanoTime;

    /** Null where there is none, or none any more. */
    private @Nullable ObservedDatabase database;

    private boolean isPaused;
    private long pausedUntilNanos;

    ObservedFile(Path file, Observations observed, ExpiryEvents events, LongSupplier nanoTime) {
        this.file = file.toAbsolutePath().normalize();
        this.observed = observed;
        this.events = events;
        this.nanoTime = nanoTime;
    }

    /**
     * Reads what is kept there; a file that is not there is made. Never throws: what fails is told and counted.
     *
     * @param hostsUrl the JDBC URL of the host's database, whose file this must not be
     */
    public static ObservedFile open(Path file, Optional<String> hostsUrl, Observations observed, ExpiryEvents events) {
        ObservedFile record = new ObservedFile(file, observed, events, System::nanoTime);
        record.open(hostsUrl.filter(url -> url.startsWith("jdbc:sqlite:"))
                .map(url -> SqliteUrl.parse(url).file()));
        return record;
    }

    synchronized void open(Optional<Path> hostsFile) {
        try {
            if (hostsFile.filter(hosts -> SqliteUrl.isOf(hosts, file)).isPresent()) {
                throw new SQLException(file + " is the host's own database");
            }
            if (OpenFiles.contain(file)) {
                // A second SQLite in one process would corrupt it (law 1).
                throw new SQLException("the host has " + file + " open");
            }
            database = ObservedDatabase.open(file, observed.clock());
            database.load(Observations.MOST, observed::learn);
        } catch (SQLException | IOException | RuntimeException | LinkageError failure) {
            giveUp(
                    "it is kept in memory alone, and begins anew with every start of the host; name a file that the agent may"
                            + " make its own as store.observedFile",
                    failure);
        }
    }

    /** Whether this is the record's file, or one of those that SQLite keeps beside it. */
    public boolean liesIn(Path path) {
        return SqliteUrl.isOf(file, path);
    }

    /** Whether the record outlives this process. */
    synchronized boolean isKept() {
        return database != null;
    }

    /** Writes what has changed and reads what other processes have written; on a thread that may wait for a disk. */
    public synchronized void save() {
        if (database == null || (isPaused && nanoTime.getAsLong() - pausedUntilNanos < 0)) {
            return;
        }
        List<UUID> forgotten = observed.forgetTheOldest();
        Map<UUID, Long> changes = observed.takeChanges();
        try {
            database.write(changes, forgotten);
            database.readOthers(observed::learn);
            isPaused = false;
        } catch (SQLException | RuntimeException failure) {
            observed.giveBack(Set.copyOf(changes.keySet()));
            if (ObservedDatabase.isBroken(failure)) {
                giveUp("it is kept in memory alone until the host starts again", failure);
            } else {
                isPaused = true;
                pausedUntilNanos = nanoTime.getAsLong() + PAUSE_NANOS;
                events.failedOpen("observe", new SQLException(what(failure) + "; it is tried again in half a minute"));
            }
        }
    }

    /** The host opens a file through a SQLite of its own, and waits for this: if it is this one, it is the host's (law 1). */
    public void hostOpens(String name) {
        if (SqliteUrl.isSameFile(name, file)) {
            synchronized (this) {
                if (database != null) {
                    giveUp("it is kept in memory alone", new SQLException("the host has " + file + " open"));
                }
            }
        }
    }

    /** The JVM is going down. */
    @Override
    public synchronized void close() {
        save();
        letGo();
    }

    private void giveUp(String meanwhile, Throwable failure) {
        letGo();
        events.failedOpen("observe", new SQLException(what(failure) + ": " + meanwhile));
    }

    private static String what(Throwable failure) {
        return "the record of when sessions were used: " + Log.inWords(failure);
    }

    private void letGo() {
        if (database != null) {
            try {
                database.close();
            } catch (SQLException alreadyBroken) {
                Log.debug("closing the record failed: " + Log.inWords(alreadyBroken));
            }
            database = null;
        }
    }
}
