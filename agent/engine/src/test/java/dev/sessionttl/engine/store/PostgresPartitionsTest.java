package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table of PostgreSQL's that lies in partitions: the agent is told of the table, and of no partition. */
class PostgresPartitionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant STALE = NOW.minus(Duration.ofHours(25));
    private static final Instant LIVE = NOW.minus(Duration.ofHours(1));
    private static final MaxSessionAge ONE_DAY = new MaxSessionAge(86_400_000, InstantSource.fixed(NOW));
    private static final int ROWS = 30_000;
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    private Path directory;

    @AfterAll
    static void stopTheTimer() {
        TIMER.shutdownNow();
    }

    private enum Partitioned {
        /** Whatever a touch moves, it moves within a partition. */
        BY_KEY(
                "agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at TIMESTAMPTZ",
                "HASH (agent_id)",
                "WITH (MODULUS 2, REMAINDER 0)",
                "WITH (MODULUS 2, REMAINDER 1)"),
        /** A touch moves a row from one partition to another, where a DELETE cannot follow it. */
        BY_LAST_USE(
                "agent_id TEXT, session_id TEXT, last_used_at TIMESTAMPTZ, PRIMARY KEY (agent_id, last_used_at)",
                "RANGE (last_used_at)",
                "FROM (MINVALUE) TO ('2026-03-01 06:00:00Z')",
                "FROM ('2026-03-01 06:00:00Z') TO (MAXVALUE)");

        private final String columns;
        private final String by;
        private final String one;
        private final String other;

        Partitioned(String columns, String by, String one, String other) {
            this.columns = columns;
            this.by = by;
            this.one = one;
            this.other = other;
        }

        SomeDatabase create(Path directory) throws Exception {
            return DatabaseKind.POSTGRESQL
                    .create(directory)
                    .execute(
                            "CREATE TABLE agent_sessions (" + columns + ") PARTITION BY " + by,
                            "CREATE TABLE one PARTITION OF agent_sessions FOR VALUES " + one,
                            "CREATE TABLE other PARTITION OF agent_sessions FOR VALUES " + other,
                            "CREATE INDEX by_last_use ON agent_sessions (last_used_at)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowIsFoundAndDroppedInWhicheverPartitionItLies(Partitioned partitioned) throws Exception {
        try (SomeDatabase database = partitioned.create(directory)) {
            database.put("a", "s1", STALE).put("b", "s2", STALE).put("c", "s3", LIVE);
            JdbcTable table = database.table();

            assertThat(table.dropIfUntouched(only(table.findByKey(List.of("a")))))
                    .isTrue();
            assertThat(table.dropSession(only(table.findBySessionId("s3", List.of()))))
                    .isTrue();
            assertThat(table.facts().rows()).isEqualTo(1);
            assertThat(table.facts().oldestMillis()).hasValue(STALE.toEpochMilli());
            assertThat(database.keys()).containsExactly("b");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatATouchMovedToAnotherPartitionIsKept(Partitioned partitioned) throws Exception {
        try (SomeDatabase database = partitioned.create(directory)) {
            database.put("a", "s1", STALE);
            JdbcTable table = database.table();
            SessionRow seen = only(table.findByKey(List.of("a")));
            database.execute("UPDATE agent_sessions SET last_used_at = '" + LIVE + "'");

            assertThat(table.dropIfUntouched(seen)).isFalse();
            assertThat(database.keys()).containsExactly("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSweepDropsTheExpiredOfAllPartitionsOnce(Partitioned partitioned) throws Exception {
        try (SomeDatabase database = partitioned.create(directory)) {
            database.execute("INSERT INTO agent_sessions SELECT 'agent-' || i, 's-' || i, CASE WHEN i % 3 = 0 THEN '"
                    + LIVE + "'::timestamptz ELSE '" + STALE + "'::timestamptz END FROM generate_series(1, " + ROWS
                    + ") AS i");
            Set<SessionRow> told = new HashSet<>();

            Sweep sweep = new Sweep(database.table(), ONE_DAY, TIMER, id -> false, told::add);

            assertThat(sweep.run(new Sweep.Pace(500, 1_000, 0, 0))).isEqualTo(new Sweep.Result(ROWS * 2 / 3, true));
            assertThat(told).hasSize(ROWS * 2 / 3);
            assertThat(database.column("SELECT DISTINCT last_used_at = '" + LIVE + "' FROM agent_sessions"))
                    .containsExactly("t");
            assertThat(database.column("SELECT count(*) FROM agent_sessions"))
                    .containsExactly(String.valueOf(ROWS / 3));
        }
    }

    @ParameterizedTest
    @EnumSource
    void clearingTheIdKeepsTheRowInItsPartition(Partitioned partitioned) throws Exception {
        try (SomeDatabase database = partitioned.create(directory)) {
            database.put("a", "s1", STALE).put("c", "s3", LIVE);
            JdbcTable table = database.table(
                    SomeDatabase.store("agent_sessions", List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));

            Sweep.Result swept =
                    new Sweep(table, ONE_DAY, TIMER, id -> false, row -> {}).run(new Sweep.Pace(500, 1_000, 0, 0));

            assertThat(swept).isEqualTo(new Sweep.Result(1, true));
            assertThat(database.column(
                            "SELECT agent_id || coalesce(session_id, ' none') FROM agent_sessions ORDER BY 1"))
                    .containsExactly("a none", "cs3");
        }
    }

    private static SessionRow only(List<SessionRow> rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }
}
