package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.expiry.Verdict;
import dev.sessionttl.engine.fixture.FaultyTable;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.RecordedEvents;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables as hosts design them, on every kind of database: odd keys, odd columns, and what must not be deleted from. */
class HostTablesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final long STALE = NOW.minus(25, ChronoUnit.HOURS).toEpochMilli();
    private static final long LIVE = NOW.minus(23, ChronoUnit.HOURS).toEpochMilli();
    private static final MaxSessionAge ONE_DAY = new MaxSessionAge(86_400_000, InstantSource.fixed(NOW));
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor();
    private static final UUID AN_ID = UUID.fromString("4f8c1b9e-0a3d-4c55-9b1e-7d2f6a8c9e10");

    @TempDir
    private Path directory;

    @AfterAll
    static void stopTheTimer() {
        TIMER.shutdownNow();
    }

    static Stream<Arguments> keys() {
        return onEach(
                Arguments.of("BLOB", "BYTEA", new byte[] {0, 1, -1, 39, 92}, new byte[] {9}),
                Arguments.of("REAL", "DOUBLE PRECISION", 0.1, 0.2),
                Arguments.of("NUMERIC", "NUMERIC", new BigDecimal("12.50"), new BigDecimal("12.51")),
                Arguments.of("BOOLEAN", "BOOLEAN", true, false),
                Arguments.of("INTEGER", "SMALLINT", (short) 7, (short) 8),
                Arguments.of("TEXT", "CHAR(8)", "a", "b"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeyIsBoundAsTheHostsOwnDriverBindsIt(
            DatabaseKind kind, String type, String typeOnPostgres, Object key, Object other) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions (agent_id " + (kind.isPostgres() ? typeOnPostgres : type)
                            + " PRIMARY KEY, session_id TEXT, last_used_at BIGINT)")
                    .update("INSERT INTO agent_sessions VALUES (?, 's', ?)", key, STALE)
                    .update("INSERT INTO agent_sessions VALUES (?, 'other', ?)", other, STALE);
            JdbcTable table = database.table();

            SessionRow row = only(table.findByKey(List.of(key)));
            assertThat(row.sessionId()).isEqualTo("s");
            assertThat(only(table.findByKey(List.of(key))))
                    .as("two looks at one row")
                    .isEqualTo(row)
                    .hasSameHashCodeAs(row);
            assertThat(only(table.findBySessionId("s", List.of(key)))).isEqualTo(row);
            assertThat(table.dropIfUntouched(row)).isTrue();
            assertThat(sweep(table).dropped()).isEqualTo(1);
        }
    }

    /** SQLite has no type for them: Hibernate stores bytes, others text. */
    @ParameterizedTest
    @EnumSource
    void aUuidIsFoundWhetherItIsStoredAsTextOrAsBytes(DatabaseKind kind) throws Exception {
        assumeFalse(kind.isPostgres());
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(AN_ID.getMostSignificantBits())
                .putLong(AN_ID.getLeastSignificantBits())
                .array();
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions (agent_id, session_id TEXT, last_used_at BIGINT)")
                    .update("INSERT INTO agent_sessions VALUES (?, 'as bytes', ?)", bytes, STALE);
            JdbcTable table = database.table();

            SessionRow row = only(table.findByKey(List.of(AN_ID)));
            assertThat(only(table.findBySessionId("as bytes", List.of(AN_ID)))).isEqualTo(row);
            assertThat(table.dropSession(row)).isTrue();

            database.update("INSERT INTO agent_sessions VALUES (?, 'as text', ?)", AN_ID.toString(), STALE);
            assertThat(only(table.findByKey(List.of(AN_ID))).sessionId()).isEqualTo("as text");
            assertThat(table.findByKey(List.of(UUID.randomUUID()))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofAKeyThatIsPartlyNullOnlyThatRowIsMeant(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                            "CREATE TABLE agent_sessions (project TEXT, agent TEXT, session_id TEXT, last_used_at BIGINT)")
                    .update("INSERT INTO agent_sessions VALUES ('p', NULL, 's', ?)", STALE)
                    .update("INSERT INTO agent_sessions VALUES ('p', 'a', 's', ?)", LIVE)
                    .update("INSERT INTO agent_sessions VALUES (NULL, 'a', 's', ?)", LIVE);
            JdbcTable table = database.table(store(List.of("project", "agent"), ExpireAction.DELETE_ROW, false));

            assertThat(table.findByKey(Arrays.asList("p", null)))
                    .as("as SQL has it, null is found by no value")
                    .isEmpty();
            assertThat(table.findBySessionId("s", List.of())).hasSize(3);
            assertThat(sweep(table).dropped()).isEqualTo(1);
            assertThat(database.column("SELECT coalesce(project, '-') FROM agent_sessions ORDER BY 1"))
                    .containsExactly("-", "p");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableWithoutRowidsOrWithoutAnyKeyIsLikeAnother(DatabaseKind kind) throws Exception {
        String columns = "(project TEXT NOT NULL, agent TEXT NOT NULL, session_id TEXT, last_used_at BIGINT";
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions " + columns
                    + (kind.isPostgres() ? ")" : ", PRIMARY KEY (agent, project)) WITHOUT ROWID"));
            for (String agent : List.of("a", "b", "c")) {
                database.update("INSERT INTO agent_sessions VALUES ('p', ?, 's', ?)", agent, STALE)
                        .update("INSERT INTO agent_sessions VALUES ('q', ?, 's', ?)", agent, LIVE);
            }
            JdbcTable table = database.table(store(List.of("project", "agent"), ExpireAction.DELETE_ROW, false));

            assertThat(table.dropIfUntouched(only(table.findByKey(List.of("p", "b")))))
                    .isTrue();
            assertThat(sweep(table)).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.column("SELECT project FROM agent_sessions")).containsExactly("q", "q", "q");
        }
    }

    @ParameterizedTest
    @EnumSource
    void columnsThatTheDatabaseGeneratesAreReadAsOthers(DatabaseKind kind) throws Exception {
        assumeTrue(kind != DatabaseKind.SQLITE_3_21, "SQLite generates columns since 3.31");
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions (name TEXT, session_id TEXT, seconds BIGINT,"
                            + " agent_id TEXT GENERATED ALWAYS AS (name || '!') STORED,"
                            + " last_used_at BIGINT GENERATED ALWAYS AS (seconds * 1000) "
                            + (kind.isPostgres() ? "STORED)" : "VIRTUAL)"))
                    .update(
                            "INSERT INTO agent_sessions (name, session_id, seconds) VALUES ('a', 's1', ?)",
                            STALE / 1_000)
                    .update(
                            "INSERT INTO agent_sessions (name, session_id, seconds) VALUES ('b', 's2', ?)",
                            STALE / 1_000)
                    .update(
                            "INSERT INTO agent_sessions (name, session_id, seconds) VALUES ('c', 's3', ?)",
                            LIVE / 1_000);
            JdbcTable table = database.table();

            assertThat(table.dropIfUntouched(only(table.findByKey(List.of("a!")))))
                    .isTrue();
            assertThat(sweep(table).dropped()).isEqualTo(1);
            assertThat(database.keys()).containsExactly("c!");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdThatTheDatabaseGeneratesIsDeletedAndNotCleared(DatabaseKind kind) throws Exception {
        assumeTrue(kind != DatabaseKind.SQLITE_3_21, "SQLite generates columns since 3.31");
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions (agent_id TEXT, last_used_at BIGINT,"
                            + " session_id TEXT GENERATED ALWAYS AS (agent_id || '!') STORED)")
                    .update("INSERT INTO agent_sessions (agent_id, last_used_at) VALUES ('a', ?)", STALE);
            JdbcTable clearing = database.table(store(List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));
            SessionRow row = only(clearing.findByKey(List.of("a")));

            assertRefused(() -> clearing.dropSession(row), "generated", "delete-row");
            assertRefused(() -> sweep(clearing), "generated", "delete-row");
            assertThat(database.table().dropSession(row)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdThatIsThePrimaryKeyIsDeletedAndNotCleared(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute("CREATE TABLE agent_sessions (session_id TEXT PRIMARY KEY, last_used_at BIGINT)")
                    .update("INSERT INTO agent_sessions VALUES ('s1', ?)", STALE)
                    .update("INSERT INTO agent_sessions VALUES ('s2', ?)", STALE)
                    .update("INSERT INTO agent_sessions VALUES ('s3', ?)", LIVE);
            JdbcTable clearing = database.table(store(List.of("session_id"), ExpireAction.CLEAR_SESSION_ID, false));
            SessionRow row = only(clearing.findByKey(List.of("s1")));
            assertRefused(() -> clearing.dropSession(row), "session_id", "delete-row");
            assertRefused(() -> sweep(clearing), "session_id", "delete-row");

            JdbcTable table = database.table(store(List.of("session_id"), ExpireAction.DELETE_ROW, false));
            assertThat(table.dropIfUntouched(row)).isTrue();
            assertThat(sweep(table).dropped()).isEqualTo(1);
            assertThat(database.column("SELECT session_id FROM agent_sessions")).containsExactly("s3");
        }
    }

    static Stream<Arguments> actions() {
        return onEach(Arguments.of("CASCADE"), Arguments.of("SET NULL"), Arguments.of("SET DEFAULT"));
    }

    @ParameterizedTest
    @MethodSource("actions")
    void whatADeletionWouldTakeAlongIsRefusedWithReasonAndRemedy(DatabaseKind kind, String action) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", STALE)
                    .execute(
                            "CREATE TABLE messages (agent_id TEXT REFERENCES agent_sessions (agent_id) ON DELETE "
                                    + action + ")",
                            "INSERT INTO messages VALUES ('a')");
            JdbcTable table = database.table();
            SessionRow row = only(table.findByKey(List.of("a")));

            assertRefused(() -> table.dropIfUntouched(row), "messages", "clear-session-id", "store.cascade");
            assertRefused(() -> table.dropSession(row), "messages", "clear-session-id", "store.cascade");
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("a");

            JdbcTable clearing = database.table(store(List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));
            assertThat(sweep(clearing).dropped()).as("the row stays").isEqualTo(1);
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("a");
        }
    }

    /** A stale parent would take its live children along. */
    @ParameterizedTest
    @EnumSource
    void aCascadeWithinTheTableItselfIsRefusedToo(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                            "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at BIGINT,"
                                    + " parent TEXT REFERENCES agent_sessions (agent_id) ON DELETE CASCADE)")
                    .update("INSERT INTO agent_sessions VALUES ('parent', 's1', ?, NULL)", STALE)
                    .update("INSERT INTO agent_sessions VALUES ('child', 's2', ?, 'parent')", LIVE);

            assertRefused(() -> sweep(database.table()), "agent_sessions", "clear-session-id", "store.cascade");
            assertThat(database.keys()).containsExactly("child", "parent");

            StoreConfig meant = store(List.of("agent_id"), ExpireAction.DELETE_ROW, true);
            assertThat(sweep(database.table(meant)).dropped()).isEqualTo(1);
            assertThat(database.keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("actions")
    void whatClearingTheIdWouldChangeInOtherTablesIsRefusedWithReasonAndRemedy(DatabaseKind kind, String action)
            throws Exception {
        try (SomeDatabase database = kind.create(directory)) {
            database.execute(
                            "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT UNIQUE, last_used_at BIGINT)",
                            "CREATE TABLE messages (session_id TEXT REFERENCES agent_sessions (session_id) ON UPDATE "
                                    + action + ")")
                    .put("a", "s", STALE)
                    .execute("INSERT INTO messages VALUES ('s')");
            JdbcTable clearing = database.table(store(List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));

            assertRefused(() -> sweep(clearing), "messages", "store.cascade");
            assertThat(database.column("SELECT session_id FROM messages")).containsExactly("s");

            JdbcTable meant = database.table(store(List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, true));
            assertThat(sweep(meant).dropped()).isEqualTo(1);
            assertThat(database.column("SELECT session_id FROM messages")).containsExactly((String) null);
        }
    }

    /** What refers to another column than the id is nothing to an id that is cleared. */
    @ParameterizedTest
    @EnumSource
    void clearingTheIdIsNotRefusedForOthersThatReferToTheKey(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.execute("CREATE TABLE messages (agent_id TEXT REFERENCES agent_sessions ON UPDATE CASCADE)")
                    .put("a", "s", STALE)
                    .execute("INSERT INTO messages VALUES ('a')");
            JdbcTable clearing = database.table(store(List.of("agent_id"), ExpireAction.CLEAR_SESSION_ID, false));

            assertThat(sweep(clearing).dropped()).isEqualTo(1);
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aViewIsRefusedWithReasonAndRemedyThoughItsRowsAreRead(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", STALE).execute("CREATE VIEW live AS SELECT * FROM agent_sessions");
            for (ExpireAction action : ExpireAction.values()) {
                JdbcTable table = database.table(SomeDatabase.store("live", List.of("agent_id"), action, false));
                SessionRow row = only(table.findByKey(List.of("a")));

                assertRefused(() -> table.dropSession(row), "live is a view", "store.table");
                assertRefused(() -> sweep(table), "live is a view", "store.table");
            }
        }
    }

    /** However it fails: by its own word, by a function that only the host's connections know, by what is no JSON. */
    @ParameterizedTest
    @EnumSource
    void aTriggerThatFailsForOneRowStopsNeitherTheSweepNorTheReads(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            for (String key : List.of("a", "kept", "z")) {
                database.put(key, "session-of-" + key, STALE);
            }
            database.failByTrigger("kept");
            JdbcTable table = database.table();
            assertThat(sweep(table)).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.keys()).containsExactly("kept");

            FaultyTable counted = new FaultyTable(table);
            RecordedEvents events = new RecordedEvents();
            Sessions sessions =
                    new Sessions(counted, ONE_DAY, System::nanoTime, events, new HeldWork(), false, () -> "a site");
            for (int read = 0; read < 3 * CircuitBreaker.FAILURES; read++) {
                assertThat(sessions.readByKey(List.of("kept")))
                        .as("it is vetoed")
                        .isEqualTo(Verdict.ABSENT);
            }
            assertThat(counted.drops())
                    .as("tries, and then it is in quarantine")
                    .isEqualTo(3);
            assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(3, "failed open drop"));
            assertThat(database.keys()).containsExactly("kept");
        }
    }

    /** Ours see the file that store.url names and no other: the table of that name in it must not be taken instead. */
    @ParameterizedTest
    @EnumSource
    void aDatabaseThatOnlyTheHostHasAttachedIsToldApartAndNamedInTheRemedy(DatabaseKind kind) throws Exception {
        assumeFalse(kind.isPostgres());
        try (SomeDatabase database = kind.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", STALE)
                    .execute(
                            "ATTACH DATABASE '" + directory.resolve("other.db") + "' AS other",
                            "CREATE TABLE other.agent_sessions (agent_id TEXT, session_id TEXT, last_used_at BIGINT)",
                            "INSERT INTO other.agent_sessions SELECT * FROM main.agent_sessions");
            JdbcTable table = database.table(
                    SomeDatabase.store("other.agent_sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, false));

            for (ThrowingCallable call :
                    List.<ThrowingCallable>of(() -> table.findByKey(List.of("a")), () -> sweep(table), table::facts)) {
                StoreException failure = catchThrowableOfType(StoreException.class, call);
                assertThat(failure)
                        .hasMessageContaining("other.agent_sessions")
                        .hasMessageContaining("attach")
                        .hasMessageContaining("store.url");
                assertThat(failure.kind()).isEqualTo(Kind.ABSENT);
            }
            assertThat(database.column("SELECT agent_id FROM main.agent_sessions"))
                    .containsExactly("a");
            assertThat(database.column("SELECT agent_id FROM other.agent_sessions"))
                    .containsExactly("a");
        }
    }

    @ParameterizedTest
    @CsvSource({"main.agent_sessions", "MAIN.Agent_Sessions", "temp.agent_sessions"})
    void theFilesOwnSchemaIsTheOnlyOneOfSqlite(String name) throws Exception {
        try (SomeDatabase database =
                DatabaseKind.SQLITE_NEWEST.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", STALE);
            JdbcTable table =
                    database.table(SomeDatabase.store(name, List.of("agent_id"), ExpireAction.DELETE_ROW, false));

            if (name.startsWith("temp")) {
                assertThat(catchThrowableOfType(StoreException.class, () -> sweep(table)))
                        .hasMessageContaining("store.url");
            } else {
                assertThat(sweep(table).dropped()).isEqualTo(1);
            }
        }
    }

    private static StoreConfig store(List<String> key, ExpireAction expire, boolean cascade) {
        return SomeDatabase.store("agent_sessions", key, expire, cascade);
    }

    private static Sweep.Result sweep(JdbcTable table) throws StoreException {
        return new Sweep(table, ONE_DAY, TIMER, id -> false, row -> {}).run(new Sweep.Pace(500, 1_000, 0, 0));
    }

    private static void assertRefused(ThrowingCallable call, String... words) {
        StoreException failure = catchThrowableOfType(StoreException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).contains(words);
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    }

    private static SessionRow only(List<SessionRow> rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0);
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
