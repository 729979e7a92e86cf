package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.NoTable;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.expiry.SessionTable;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.store.JdbcTable;
import dev.sessionttl.engine.store.ObservedFile;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where the host's sessions are looked up, and what the agent keeps of them itself.
 *
 * @param table the host's, where it has one
 * @param record of when sessions were used, where the host keeps none
 */
record Stores(SessionTable sessions, Optional<JdbcTable> table, Optional<ObservedFile> record) {
    private static final long IDLE_CONNECTION_MILLIS = 500;
    /** What a process loses that is killed. */
    private static final long SAVE_MILLIS = 1_000;

    /**
     * @param configFile the record lies beside it, unless it is told otherwise
     * @param hostRuns whether the host's {@code main} has begun already
     */
    static Stores of(AgentConfig config, Path configFile, boolean hostRuns, InstantSource clock, ExpiryEvents events) {
        StoreConfig store = config.store();
        Optional<Observations> observed = store.isObserved() ? Optional.of(new Observations(clock)) : Optional.empty();
        Optional<String> url = store.hasTable() ? store.url() : Optional.empty();
        Optional<JdbcTable> table = url.map(known ->
                hostRuns ? JdbcTable.ofRunningHost(known, store, observed) : JdbcTable.of(known, store, observed));
        if (observed.isPresent() && table.isPresent() && table.get().hasRowLocks()) {
            Log.warn(
                    "lastUsedAt is observed, on a server: a session that is used by an orchestrator on another machine alone"
                            + " looks unused from here, and is dropped; let no other machine use this table");
        }
        Path file = store.observedFile()
                .map(Path::of)
                .orElseGet(() -> configFile.resolveSibling(ObservedFile.DEFAULT_NAME));
        return new Stores(
                table.isPresent() ? table.get() : new NoTable(observed.orElseThrow()),
                table,
                observed.map(ages -> ObservedFile.open(file, url, ages, events)));
    }

    void tidyUpInThe(BackgroundThread background) {
        table.ifPresent(known -> background.every(
                IDLE_CONNECTION_MILLIS, () -> known.closeIdle(TimeUnit.MILLISECONDS.toNanos(IDLE_CONNECTION_MILLIS))));
        record.ifPresent(known -> background.every(SAVE_MILLIS, known::save));
    }

    /** The JVM is going down. */
    void close() {
        table.ifPresent(JdbcTable::closeForGood);
        record.ifPresent(ObservedFile::close);
    }
}
