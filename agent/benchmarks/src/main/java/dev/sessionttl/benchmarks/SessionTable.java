package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A host's table, a part of whose sessions are expired, in one kind of database. */
interface SessionTable extends AutoCloseable {
    /** For people: which database, and how the table is made. */
    String description();

    /** Fills the table anew, as it was when it was first made. */
    void restore() throws Exception;

    /** As the other writer connects: willing to wait for a minute. */
    Connection connect() throws SQLException;

    /** The key of a session that lives and that the other writer may touch. */
    String liveKey(int number);

    /** One statement that deletes every expired row. */
    String plainDelete();

    /** Whether the agent may use such a database before {@code main} begins. */
    boolean isSweptBeforeMain();

    /** The same DELETE from a shell, as a cron job would; empty where the command is not installed. */
    Optional<List<String>> cronJob();

    /** The {@code store.url} of the agent's config, by which an orchestrator connects as well. */
    String url();

    /** What a child JVM has to have on its class path. */
    String driverClassPath();

    /** The file into which commits go first, whose size tells how far checkpoints lag behind; empty where there is none. */
    Optional<Path> log();

    /** How many rows there are now. */
    int rows() throws SQLException;

    /** How many rows there are when every expired one is gone. */
    int liveRows();

    /** Stops what was started for it. */
    @Override
    void close() throws IOException;
}
