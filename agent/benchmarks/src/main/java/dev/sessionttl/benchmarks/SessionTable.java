package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A host's table, a part of whose sessions are expired, in one kind of database. */
abstract class SessionTable implements AutoCloseable {
    private final long now = System.currentTimeMillis();
    private final int rows;
    private final int touchedRows;
    private final int percentExpired;

    /** @param touchedRows beyond the others: alive even where all others are expired */
    SessionTable(int rows, int touchedRows, int percentExpired) {
        this.rows = rows;
        this.touchedRows = touchedRows;
        this.percentExpired = percentExpired;
    }

    /** For people: which database, and how the table is made. */
    abstract String description();

    /** Fills the table anew, as it was when it was first made. */
    abstract void restore() throws Exception;

    /** As the other writer connects: willing to wait for a minute. */
    abstract Connection connect() throws SQLException;

    /** Whether the agent may use such a database before {@code main} begins. */
    abstract boolean isSweptBeforeMain();

    /** The same DELETE from a shell, as a cron job would; empty where the command is not installed. */
    abstract Optional<List<String>> cronJob();

    /** The {@code store.url} of the agent's config, by which an orchestrator connects as well. */
    abstract String url();

    /** What a child JVM has to have on its class path. */
    abstract Path driver();

    /** The file into which commits go first, whose size tells how far checkpoints lag behind; empty where there is none. */
    abstract Optional<Path> log();

    /** How many rows there are now. */
    abstract int rows() throws SQLException;

    /** Stops what was started for it. */
    @Override
    public abstract void close() throws IOException;

    /** The key of a session that lives and that the other writer may touch. */
    final String liveKey(int number) {
        return "touched-" + number % touchedRows;
    }

    /** One statement that deletes every expired row. */
    final String plainDelete() {
        return "DELETE FROM agent_sessions WHERE last_used_at < "
                + (now - Duration.ofHours(24).toMillis());
    }

    /** How many rows there are when every expired one is gone. */
    final int liveRows() {
        return allRows() - (int) (rows / 100L * percentExpired) - Math.min(percentExpired, rows % 100);
    }

    final int allRows() {
        return rows + touchedRows;
    }

    /** The columns of the row with the number {@code i}, in SQL. */
    final String columnsOfRow(String randomKey, String randomId) {
        long old = now - Duration.ofHours(30).toMillis();
        long young = now - Duration.ofHours(1).toMillis();
        return "CASE WHEN i >= " + rows + " THEN 'touched-' || (i - " + rows + ") ELSE 'agent-' || " + randomKey
                + " END, " + randomId + ", CASE WHEN i < " + rows + " AND i % 100 < " + percentExpired + " THEN "
                + old + " ELSE " + young
                + " END - i, 'task ' || i || ': look into the failing build and say what is wrong'";
    }

    final String describe(String database, long bytes, boolean indexed) {
        return database + ", " + rows + " rows, " + bytes / 1_000_000 + " MB, " + percentExpired + " % expired, "
                + (indexed ? "an index" : "no index") + " on last_used_at, keys in random order";
    }
}
