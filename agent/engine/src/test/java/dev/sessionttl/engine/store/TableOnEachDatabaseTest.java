package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.SettableClock;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the agent does to a host's table, on every kind of database, through the drivers that hosts bring. */
class TableOnEachDatabaseTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LIVE = NOW.minus(23, ChronoUnit.HOURS);
    private static final Instant STALE = NOW.minus(25, ChronoUnit.HOURS);
    private static final MaxSessionAge ONE_DAY = new MaxSessionAge(86_400_000, InstantSource.fixed(NOW));
    private static final Sweep.Pace AT_ONCE = new Sweep.Pace(500, 1_000, 0, 0);
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    private Path directory;

    @AfterAll
    static void stopTheTimer() {
        TIMER.shutdownNow();
    }

    static Stream<Arguments> keys() {
        UUID uuid = UUID.fromString("4f8c1b9e-0a3d-4c55-9b1e-7d2f6a8c9e10");
        return onEach(
                Arguments.of("TEXT", "builder"),
                Arguments.of("INTEGER", 7),
                Arguments.of("BIGINT", 7_000_000_000L),
                Arguments.of("uuid", uuid),
                Arguments.of("uuid", uuid.toString()),
                Arguments.of("VARCHAR(40)", "it's {a} \"b\", \\c"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aRowIsFoundAndDroppedByAKeyOfAnyType(DatabaseKind kind, String type, Object key) throws Exception {
        String literal = "'" + key.toString().replace("'", "''") + "'";
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                    "CREATE TABLE agent_sessions (agent_id " + type + ", session_id TEXT, last_used_at BIGINT)",
                    "INSERT INTO agent_sessions VALUES (" + literal + ", 's', " + STALE.toEpochMilli() + ")",
                    "INSERT INTO agent_sessions VALUES (NULL, 'other', " + STALE.toEpochMilli() + ")");
            JdbcTable table = database.table();

            SessionRow row = only(table.findByKey(List.of(key)));
            assertThat(row.sessionId()).isEqualTo("s");
            assertThat(row.lastUsed().epochMillis()).hasValue(STALE.toEpochMilli());
            assertThat(only(table.findBySessionId("s", List.of()))).isEqualTo(row);
            assertThat(only(table.findBySessionId("s", List.of(key)))).isEqualTo(row);
            assertThat(table.findBySessionId("other", List.of(key))).isEmpty();
            assertThat(table.dropIfUntouched(row)).isTrue();
            assertThat(table.dropIfUntouched(row)).isFalse();
            assertThat(table.facts().rows()).isEqualTo(1);
            assertThat(sweep(table).dropped()).as("a row whose key is null").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfSeveralColumnsIsComparedInWhole(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                    "CREATE TABLE agent_sessions (project TEXT, agent INTEGER, session_id TEXT, last_used_at BIGINT,"
                            + " PRIMARY KEY (project, agent))",
                    "INSERT INTO agent_sessions VALUES ('a', 1, 's', 1), ('a', 2, 's', 1), ('b', 1, 's', 1)");
            JdbcTable table = database.table(
                    SomeDatabase.store("agent_sessions", List.of("project", "agent"), ExpireAction.DELETE_ROW, false));

            assertThat(table.findBySessionId("s", List.of())).hasSize(3);
            SessionRow row = only(table.findByKey(List.of("a", 2)));
            assertThat(table.dropSession(row)).isTrue();
            assertThat(database.column("SELECT project FROM agent_sessions WHERE agent = 1 ORDER BY project"))
                    .containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnUntouchedRowIsDroppedForAge(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("touched", "s1", 5)
                    .put("renewed", "s2", 5)
                    .put("gone", "s3", 5)
                    .put("same", "s4", 5);
            JdbcTable table = database.table();
            List<SessionRow> seen = new ArrayList<>();
            for (String key : List.of("touched", "renewed", "gone", "same")) {
                seen.add(only(table.findByKey(List.of(key))));
            }
            database.execute(
                    "UPDATE agent_sessions SET last_used_at = 6 WHERE agent_id = 'touched'",
                    "UPDATE agent_sessions SET session_id = 'new' WHERE agent_id = 'renewed'",
                    "DELETE FROM agent_sessions WHERE agent_id = 'gone'");

            assertThat(table.dropIfUntouched(seen.get(0))).isFalse();
            assertThat(table.dropIfUntouched(seen.get(1))).isFalse();
            assertThat(table.dropIfUntouched(seen.get(2))).isFalse();
            assertThat(table.dropIfUntouched(seen.get(3))).isTrue();
            assertThat(database.keys()).containsExactly("renewed", "touched");

            assertThat(table.dropSession(seen.get(1)))
                    .as("a fresh id under the same key")
                    .isFalse();
            assertThat(table.dropSession(seen.get(0)))
                    .as("a dead id, touched or not")
                    .isTrue();
            assertThat(database.keys()).containsExactly("renewed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void clearingTheIdKeepsTheRow(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("a", "s1", STALE.toEpochMilli())
                    .put("b", "s2", STALE.toEpochMilli())
                    .put("c", "s3", LIVE.toEpochMilli());
            JdbcTable table = database.table(
                    SomeDatabase.store("agent_sessions", List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));

            assertThat(table.dropIfUntouched(only(table.findByKey(List.of("a")))))
                    .isTrue();
            assertThat(table.findByKey(List.of("a")))
                    .as("a row without an id is no session")
                    .isEmpty();
            assertThat(sweep(table).dropped()).isEqualTo(1);
            assertThat(table.facts().rows()).isEqualTo(1);
            assertThat(database.keys()).containsExactly("a", "b", "c");
            assertThat(database.column("SELECT session_id FROM agent_sessions ORDER BY agent_id"))
                    .containsExactly(null, null, "s3");
        }
    }

    static Stream<Arguments> timestamps() {
        return onEach(
                Arguments.of("BIGINT", written(Instant::toEpochMilli)),
                Arguments.of("INTEGER", written(Instant::getEpochSecond)),
                Arguments.of("NUMERIC", written(Instant::toEpochMilli)),
                Arguments.of("BIGINT", written(moment -> moment.toEpochMilli() * 1_000)),
                Arguments.of("DOUBLE PRECISION", written(moment -> moment.toEpochMilli() / 1_000.0)),
                Arguments.of("TEXT", written(Instant::toString)),
                Arguments.of(
                        "VARCHAR(60)",
                        written(moment -> moment.toString().replace('T', ' ').replace("Z", ""))),
                Arguments.of("TEXT", written(Instant::toEpochMilli)),
                Arguments.of("TIMESTAMPTZ", written(moment -> moment.toString().replace("Z", "+00:00"))),
                Arguments.of("TIMESTAMP", written(moment -> moment.toString().replace("Z", ""))));
    }

    @ParameterizedTest
    @MethodSource("timestamps")
    void aSweepDropsTheExpiredAndOnlyThem(DatabaseKind kind, String type, Function<Instant, Object> written)
            throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions(type)) {
            // An instant with a fraction, which must not be lost between the look and the deletion.
            Instant stale = STALE.plusMillis(123);
            database.put("live", "s1", written.apply(LIVE.plusMillis(456)))
                    .put("stale", "s2", written.apply(stale))
                    .put("older", "s3", written.apply(NOW.minus(400, ChronoUnit.DAYS)))
                    .put("edge", "s4", written.apply(NOW.minus(24, ChronoUnit.HOURS)))
                    .execute("INSERT INTO agent_sessions VALUES ('null', 's5', NULL)");
            JdbcTable table = database.table();

            SessionRow row = only(table.findByKey(List.of("stale")));
            assertThat(row.lastUsed().epochMillis().orElseThrow() / 1_000).isEqualTo(stale.getEpochSecond());
            assertThat(new Sweep(table, ONE_DAY, TIMER, id -> false, dropped -> {}).countExpired(0))
                    .hasValue(2);
            assertThat(sweep(table)).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.keys()).containsExactly("edge", "live", "null");
        }
    }

    static Stream<Arguments> mixtures() {
        long seconds = STALE.getEpochSecond();
        long millis = STALE.toEpochMilli();
        return onEach(
                // Each time the first is the oldest by a day.
                Arguments.of("BIGINT", List.of(millis, seconds + 86_400)),
                Arguments.of("BIGINT", List.of(seconds, millis + 86_400_000)),
                Arguments.of("BIGINT", List.of(millis * 1_000, seconds + 86_400, millis + 86_400_000, 0)),
                Arguments.of("INTEGER", List.of(seconds, seconds + 86_400)),
                Arguments.of("TEXT", List.of(STALE.toString(), LIVE.toString(), "yesterday")),
                Arguments.of("DOUBLE PRECISION", List.of(millis, seconds + 86_400)));
    }

    @ParameterizedTest
    @MethodSource("mixtures")
    void theOldestIsTheEarliestMomentWhateverTheUnits(DatabaseKind kind, String type, List<Object> values)
            throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions(type)) {
            for (Object value : values) {
                database.put("agent " + value, "s " + value, value);
            }

            assertThat(database.table().facts())
                    .isEqualTo(new JdbcTable.Facts(values.size(), OptionalLong.of(STALE.toEpochMilli())));
        }
    }

    /** Text beside numbers: a column of SQLite's takes both. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRESQL")
    void theOldestMayBeATextAmongNumbers(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("INTEGER")) {
            database.put("text", "s1", STALE)
                    .put("millis", "s2", LIVE.toEpochMilli())
                    .put("seconds", "s3", LIVE.getEpochSecond());

            assertThat(database.table().facts())
                    .isEqualTo(new JdbcTable.Facts(3, OptionalLong.of(STALE.toEpochMilli())));
        }
    }

    /** There is no column to read, nor one to compare with. */
    @ParameterizedTest
    @EnumSource
    void rowsWithoutALastUsedColumnExpireByWhatWasObserved(DatabaseKind kind) throws Exception {
        SettableClock clock = new SettableClock();
        Observations observed = new Observations(clock);
        MaxSessionAge maxAge = new MaxSessionAge(86_400_000, clock);
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                    "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT)",
                    "INSERT INTO agent_sessions VALUES ('a', 'used'), ('b', 'idle'), ('c', 'replaced'), ('d', NULL)");
            JdbcTable table = database.table(
                    SomeDatabase.store(
                            "agent_sessions",
                            List.of("agent_id"),
                            "session_id",
                            StoreConfig.OBSERVED,
                            ExpireAction.DELETE_ROW,
                            false),
                    Optional.of(observed));
            Sweep sweep = new Sweep(table, maxAge, TIMER, id -> false, row -> {});
            assertThat(sweep.run(AT_ONCE)).as("seen for the first time").isEqualTo(new Sweep.Result(0, true));
            SessionRow replaced = only(table.findByKey(List.of("c")));
            clock.advance(Duration.ofMillis(1));
            table.used("used");
            clock.advance(Duration.ofHours(24));
            assertThat(maxAge.isExceededBy(replaced.lastUsed())).isTrue();

            database.execute("UPDATE agent_sessions SET session_id = 'fresh' WHERE agent_id = 'c'");

            assertThat(table.dropIfUntouched(replaced)).isFalse();
            assertThat(table.facts()).isEqualTo(new JdbcTable.Facts(3, OptionalLong.empty()));
            assertThat(sweep.run(AT_ONCE)).isEqualTo(new Sweep.Result(1, true));
            assertThat(database.keys()).containsExactly("a", "c", "d");
            assertThat(table.dropIfUntouched(only(table.findBySessionId("used", List.of()))))
                    .isTrue();
            assertThat(database.keys()).containsExactly("c", "d");
        }
    }

    static Stream<Arguments> unreadable() {
        return onEach(
                Arguments.of("BIGINT", "0"),
                Arguments.of("BIGINT", "-1"),
                Arguments.of("BIGINT", "20260101"),
                Arguments.of("TEXT", "yesterday"),
                Arguments.of("TEXT", ""),
                Arguments.of("TEXT", "2026-01-01"),
                Arguments.of("DATE", "2026-01-01"),
                Arguments.of("DOUBLE PRECISION", "12.5"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void aLastUseThatCannotBeToldKeepsTheRow(DatabaseKind kind, String type, String value) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions(type)) {
            database.put("a", "s", value);
            JdbcTable table = database.table();

            assertThat(sweep(table)).isEqualTo(new Sweep.Result(0, true));
            assertThat(only(table.findByKey(List.of("a"))).lastUsed().epochMillis())
                    .isEmpty();
            assertThat(database.keys()).containsExactly("a");
        }
    }

    static Stream<Arguments> names() {
        return onEach(
                Arguments.of("order", "group", "select", "where"),
                Arguments.of("AgentSessions", "agentId", "Session_Id", "LAST_used_at"),
                Arguments.of("my table", "key \"x\"", "it's", "last-used"),
                Arguments.of("sessões", "ключ", "会話", "été"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void whateverTheColumnsAreCalled(DatabaseKind kind, String table, String key, String id, String lastUsed)
            throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                    "CREATE TABLE " + quoted(table) + " (" + quoted(key) + " TEXT, " + quoted(id) + " TEXT, "
                            + quoted(lastUsed) + " BIGINT)",
                    "INSERT INTO " + quoted(table) + " VALUES ('k', 's', " + STALE.toEpochMilli() + "), ('k2', 's2', "
                            + STALE.toEpochMilli() + ")");
            JdbcTable sessions = database.table(
                    SomeDatabase.store(table, List.of(key), id, lastUsed, ExpireAction.DELETE_ROW, false));

            assertThat(sessions.dropSession(only(sessions.findByKey(List.of("k")))))
                    .isTrue();
            assertThat(sweep(sessions).dropped()).isEqualTo(1);
            assertThat(sessions.facts().rows()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableIsFoundInItsSchema(DatabaseKind kind) throws Exception {
        String schema = kind.isPostgres() ? "Fleet " + directory.getFileName() : "main";
        try (SomeDatabase database = kind.create(directory)) {
            if (kind.isPostgres()) {
                database.execute("CREATE SCHEMA " + quoted(schema));
            }
            database.execute(
                    "CREATE TABLE " + quoted(schema)
                            + ".agent_sessions (agent_id TEXT, session_id TEXT, last_used_at BIGINT)",
                    "INSERT INTO " + quoted(schema) + ".agent_sessions VALUES ('k', 's', 1), ('k2', 's2', "
                            + STALE.toEpochMilli() + ")");
            JdbcTable table = database.table(SomeDatabase.store(
                    schema + ".agent_sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, false));

            assertThat(table.dropSession(only(table.findByKey(List.of("k"))))).isTrue();
            assertThat(sweep(table).dropped()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aViewIsReadAndNothingIsDroppedFromIt(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", STALE.toEpochMilli())
                    .execute("CREATE VIEW sessions AS SELECT * FROM agent_sessions");
            JdbcTable table =
                    database.table(SomeDatabase.store("sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, false));

            SessionRow row = only(table.findByKey(List.of("a")));
            assertFails(Kind.REFUSED, "view", () -> table.dropIfUntouched(row));
            assertFails(Kind.REFUSED, "view", () -> sweep(table));
            assertThat(database.keys()).containsExactly("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdThatCannotBeNullIsNotCleared(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                            "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT NOT NULL, last_used_at BIGINT)")
                    .put("a", "s", STALE.toEpochMilli());
            JdbcTable table = database.table(
                    SomeDatabase.store("agent_sessions", List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));

            SessionRow row = only(table.findByKey(List.of("a")));
            assertFails(Kind.REFUSED, "NOT NULL", () -> table.dropSession(row));
            assertFails(Kind.REFUSED, "NOT NULL", () -> sweep(table));
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfOtherTablesGoWithItOnlyWhereTheConfigSaysSo(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.execute(
                            "CREATE TABLE messages (agent_id TEXT REFERENCES agent_sessions (agent_id) ON DELETE CASCADE)")
                    .put("a", "s", STALE.toEpochMilli())
                    .execute("INSERT INTO messages VALUES ('a')");

            assertFails(Kind.REFUSED, "messages", () -> sweep(database.table()));
            assertThat(database.keys()).containsExactly("a");

            StoreConfig meant =
                    SomeDatabase.store("agent_sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, true);
            assertThat(sweep(database.table(meant)).dropped()).isEqualTo(1);
            assertThat(database.column("SELECT agent_id FROM messages")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatOthersReferToStaysAndTheSweepGoesOn(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.execute("CREATE TABLE messages (agent_id TEXT REFERENCES agent_sessions (agent_id))");
            staleRows(database, "a", "kept", "z");
            database.execute("INSERT INTO messages VALUES ('kept')");
            JdbcTable table = database.table();

            assertThat(sweep(table)).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.keys()).containsExactly("kept");
            SessionRow row = only(table.findByKey(List.of("kept")));
            StoreException failure = assertFails(Kind.CONSTRAINT, "", () -> table.dropIfUntouched(row));
            assertThat(failure).hasMessageNotContaining(row.sessionId());
        }
    }

    static Stream<Arguments> triggers() {
        return onEach(Arguments.of(true), Arguments.of(false));
    }

    @ParameterizedTest
    @MethodSource("triggers")
    void aRowThatATriggerHoldsStaysAndTheSweepGoesOn(DatabaseKind kind, boolean raising) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.keepByTrigger("kept", raising);
            staleRows(database, "a", "kept", "z");

            assertThat(sweep(database.table())).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.keys()).containsExactly("kept");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageFullOfLiveRowsDoesNotEndTheSweep(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("TEXT")) {
            // Every row of text is a candidate: the page is told from its rows, not by the statement.
            String numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
                    + " SELECT 'live' || i, 's' || i, '" + LIVE + "' FROM n";
            database.execute("INSERT INTO agent_sessions " + numbers);
            staleRows(database, "x", "y");

            assertThat(sweep(database.table())).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.column("SELECT count(*) FROM agent_sessions")).containsExactly("12000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMissingIsAbsent(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            JdbcTable table = database.table();
            assertFails(Kind.ABSENT, "agent_sessions", () -> table.findByKey(List.of("k")));
            database.withSessions("BIGINT").put("k", "s", 5);
            assertThat(table.findByKey(List.of("k")))
                    .as("as soon as it is there")
                    .hasSize(1);

            for (List<String> columns : List.of(
                    List.of("nothing", "session_id", "last_used_at"),
                    List.of("agent_id", "nothing", "last_used_at"),
                    List.of("agent_id", "session_id", "nothing"))) {
                JdbcTable wrong = database.table(SomeDatabase.store(
                        "agent_sessions",
                        columns.subList(0, 1),
                        columns.get(1),
                        columns.get(2),
                        ExpireAction.DELETE_ROW,
                        false));
                assertFails(Kind.ABSENT, "nothing", () -> wrong.findByKey(List.of("k")));
            }
            JdbcTable noSchema = database.table(
                    SomeDatabase.store("nowhere.agent_sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, false));
            assertFails(Kind.ABSENT, "nowhere", () -> noSchema.findByKey(List.of("k")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLockedRowIsBusyAfterTheBusyTimeoutAndReadsGoOn(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            staleRows(database, "a", "b");
            JdbcTable table = database.table();
            SessionRow row = only(table.findByKey(List.of("a")));
            database.holdTheRow("a");

            assertThat(table.findByKey(List.of("a"))).hasSize(1);
            long began = System.nanoTime();
            assertFails(Kind.BUSY, "", () -> table.dropIfUntouched(row));
            long waitedMillis = (System.nanoTime() - began) / 1_000_000;
            // The SQLite of 2017 was built to wait whole seconds only: it gives up at once.
            long least = kind == DatabaseKind.SQLITE_3_21 ? 0 : SomeDatabase.BUSY_TIMEOUT_MILLIS * 4L / 5;
            assertThat(waitedMillis).isBetween(least, 5_000L);
            if (kind.isPostgres()) {
                assertThat(sweep(table)).as("others' rows are left out").isEqualTo(new Sweep.Result(1, true));
            }
            database.execute("COMMIT");
            SessionRow other = only(database.table().findByKey(List.of(kind.isPostgres() ? "a" : "b")));
            assertThat(table.dropIfUntouched(other)).isTrue();
            if (!kind.isPostgres()) {
                assertThat(database.keys())
                        .as("nothing is left of the batch that failed")
                        .containsExactly("a");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIndexServesTheSweepAndTheDeletion(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            for (String type : List.of("INT8", "TEXT", "TIMESTAMPTZ")) {
                // Far ahead, or else the margin that text is given would take in all rows.
                String live =
                        type.equals("INT8") ? NOW.plus(9, ChronoUnit.DAYS).toEpochMilli() + "" : "2026-03-10T12:00:00Z";
                String stale = type.equals("INT8") ? STALE.toEpochMilli() + "" : STALE.toString();
                database.execute(
                        "DROP TABLE IF EXISTS agent_sessions",
                        "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at " + type
                                + ")",
                        "CREATE INDEX by_last_use ON agent_sessions (last_used_at)",
                        "INSERT INTO agent_sessions WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                + " WHERE i < 20000) SELECT 'a' || i, 's' || i, '" + live + "'"
                                + (kind.isPostgres() ? "::" + type : "") + " FROM n");
                database.put("stale", "stale", stale).execute("ANALYZE");
                JdbcTable table = database.table();

                String plan = table.on(connection -> kind.isPostgres()
                        ? planOnPostgres(kind, connection, type.toLowerCase(Locale.ROOT), stale)
                        : planOnSqlite(kind, connection));
                assertThat(plan)
                        .contains("by_last_use")
                        .containsIgnoringCase(
                                kind.isPostgres() ? "agent_sessions_pkey" : "INTEGER PRIMARY KEY (rowid=?)");
                assertThat(plan)
                        .doesNotContain("Seq Scan")
                        .doesNotContain("SCAN TABLE")
                        .doesNotContain("SCAN agent_sessions");
                if (kind.isPostgres()) {
                    assertThat(plan).contains("Tid Scan").doesNotContain("Nested Loop");
                }
                assertThat(sweep(table).dropped()).isEqualTo(1);
            }
        }
    }

    private static String planOnPostgres(DatabaseKind kind, TableConnection connection, String type, String stale)
            throws SQLException {
        PostgresRanges ranges = PostgresRanges.of(type);
        PostgresWalkSql sql = PostgresWalkSql.of(SomeDatabase.defaults(), ranges);
        List<Object> bounds = ranges.before(ONE_DAY.cutoffMillis());
        List<Object> few = new ArrayList<>(bounds);
        few.add(500);
        List<Object> window = new ArrayList<>(bounds);
        window.addAll(List.of("(0,0)", "(10,0)"));
        String dropOne = connection.layout().sql().drop().ifUntouched();
        return plan(kind, connection, sql.aFew(), few)
                + plan(kind, connection, sql.window(), window)
                + plan(kind, connection, sql.drop(), List.of("{stale}", "{" + stale + "}", "{stale}", "{\"(0,1)\"}"))
                + plan(kind, connection, dropOne, List.of("stale", "stale", stale));
    }

    private static String planOnSqlite(DatabaseKind kind, TableConnection connection)
            throws SQLException, StoreException {
        SqliteWalkSql sql = SqliteWalkSql.of(connection, SomeDatabase.defaults());
        assertThat(sql.isByAge()).isTrue();
        StringBuilder plans = new StringBuilder();
        for (String each : List.of(sql.first(), sql.window(), sql.page(), sql.lastPage(), sql.dropIfUntouched())) {
            int parameters = connection.prepare(each).getParameterMetaData().getParameterCount();
            plans.append(plan(kind, connection, each, Collections.nCopies(parameters, 1)));
        }
        return plans.toString();
    }

    private static String plan(DatabaseKind kind, TableConnection connection, String sql, List<Object> values)
            throws SQLException {
        PreparedStatement explain = connection.prepare((kind.isPostgres() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + sql);
        for (int i = 0; i < values.size(); i++) {
            explain.setObject(
                    i + 1,
                    kind.isPostgres() && !(values.get(i) instanceof Integer)
                            ? values.get(i).toString()
                            : values.get(i));
        }
        StringBuilder plan = new StringBuilder();
        try (ResultSet result = explain.executeQuery()) {
            while (result.next()) {
                plan.append(result.getString(kind.isPostgres() ? 1 : 4)).append('\n');
            }
        }
        return plan.toString();
    }

    private static void staleRows(SomeDatabase database, String... keys) throws Exception {
        for (String key : keys) {
            database.put(key, "session-of-" + key, STALE.toEpochMilli());
        }
    }

    private static Sweep.Result sweep(JdbcTable table) throws StoreException {
        List<SessionRow> told = new ArrayList<>();
        Sweep.Result result = new Sweep(table, ONE_DAY, TIMER, id -> false, told::add).run(AT_ONCE);
        assertThat(told).hasSize(result.dropped()).doesNotHaveDuplicates();
        return result;
    }

    private static StoreException assertFails(Kind kind, String message, ThrowingCallable call) {
        StoreException failure = catchThrowableOfType(StoreException.class, call);
        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
        return failure;
    }

    private static SessionRow only(List<SessionRow> rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static Function<Instant, Object> written(Function<Instant, Object> how) {
        return how;
    }

    private static Stream<Arguments> onEach(Arguments... cases) {
        return Stream.of(DatabaseKind.values())
                .flatMap(kind -> Stream.of(cases).map(one -> {
                    List<Object> all = new ArrayList<>(List.of(kind));
                    all.addAll(List.of(one.get()));
                    return Arguments.of(all.toArray());
                }));
    }
}
