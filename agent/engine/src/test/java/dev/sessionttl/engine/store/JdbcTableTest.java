package dev.sessionttl.engine.store;

import static dev.sessionttl.engine.fixture.HostDatabase.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.HostLoader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcTableTest {
    private static final long THEN = 1_767_225_600_123L;

    @TempDir
    private Path directory;

    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of("agent_sessions", "agent_id", "session_id", "last_used_at"),
                Arguments.of("main.agent_sessions", "agent_id", "session_id", "last_used_at"),
                Arguments.of("Agent_Sessions", "AGENT_ID", "Session_Id", "LAST_used_at"),
                Arguments.of("order", "group", "select", "where"),
                Arguments.of("my table", "key \"x\"", "it's", "last-used"),
                Arguments.of("sessões", "ключ", "会話", "été"),
                Arguments.of("t", "rowid_", "[id]", "`at`"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void whateverTheColumnsAreCalledTheyAreTheOnesThatAreReadAndDropped(
            String table, String key, String sessionId, String lastUsedAt) throws StoreException {
        StoreConfig names = store(table, List.of(key), sessionId, lastUsedAt, ExpireAction.DELETE_ROW, auto());
        String quotedTable = table.startsWith("main.") ? "agent_sessions" : quoted(table);
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE " + quotedTable + " (" + quoted(key) + " TEXT, " + quoted(sessionId) + " TEXT, "
                        + quoted(lastUsedAt) + " INTEGER)")) {
            database.execute("INSERT INTO " + quotedTable + " VALUES ('k', 's', " + THEN + "), ('k2', 's2', 1)");
            JdbcTable sessions = database.table(names);

            SessionRow row = only(sessions.findByKey(List.of("k")));
            assertThat(row.sessionId()).isEqualTo("s");
            assertThat(row.lastUsed().epochMillis()).hasValue(THEN);
            assertThat(only(sessions.findBySessionId("s", List.of()))).isEqualTo(row);
            assertThat(only(sessions.findBySessionId("s", List.of("k")))).isEqualTo(row);
            assertThat(sessions.findBySessionId("s", List.of("k2"))).isEmpty();
            assertThat(sessions.facts()).isEqualTo(new JdbcTable.Facts(2, OptionalLong.of(THEN)));
            assertThat(sessions.dropIfUntouched(row)).isTrue();
            assertThat(sessions.dropIfUntouched(row)).isFalse();
            assertThat(database.count("SELECT count(*) FROM " + quotedTable)).isEqualTo(1);
        }
    }

    /** Laws 2 and 9: SQLite takes a quoted name that is no column for a text, and would compare with that. */
    @ParameterizedTest
    @CsvSource({
        "nothing, session_id, last_used_at",
        "agent_id, nothing, last_used_at",
        "agent_id, session_id, nothing",
    })
    void aColumnThatDoesNotExistIsAnErrorAndDropsNothing(String key, String sessionId, String lastUsedAt)
            throws Exception {
        for (ExpireAction action : ExpireAction.values()) {
            try (HostDatabase database = HostDatabase.in(Files.createDirectory(directory.resolve(action.name())))) {
                database.put("nothing", "nothing", "nothing");
                JdbcTable sessions =
                        database.table(store("agent_sessions", List.of(key), sessionId, lastUsedAt, action, auto()));
                SessionRow row = only(database.table().findByKey(List.of("nothing")));

                assertAbsent(() -> sessions.findByKey(List.of("nothing")));
                assertAbsent(() -> sessions.findBySessionId("nothing", List.of("nothing")));
                assertAbsent(() -> sessions.dropIfUntouched(row));
                if (!key.equals("nothing")) {
                    assertAbsent(sessions::facts);
                }
                if (!lastUsedAt.equals("nothing")) {
                    assertAbsent(() -> sessions.dropSession(row));
                }
                assertThat(database.sessionIds()).containsExactly("nothing");
            }
        }
    }

    @Test
    void aMissingTableIsAbsent() {
        try (HostDatabase database = HostDatabase.with(directory, "CREATE TABLE another (x)")) {
            assertAbsent(() -> database.table().findByKey(List.of("k")));
        }
    }

    @Test
    void aMissingFileIsAbsentAndIsNotCreated() {
        JdbcTable sessions = JdbcTable.of("jdbc:sqlite:" + directory.resolve("none.db"), HostDatabase.DEFAULTS);

        assertThat(sessions.mayExist()).isFalse();
        assertAbsent(() -> sessions.findByKey(List.of("k")));
        assertAbsent(sessions::facts);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aMissingDirectoryIsAbsentAndIsNotCreated() {
        JdbcTable sessions = JdbcTable.of("jdbc:sqlite:" + directory.resolve("no/where.db"), HostDatabase.DEFAULTS);

        assertAbsent(() -> sessions.findByKey(List.of("k")));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileThatIsNoDatabaseIsAFailureAndStaysAsItIs() throws Exception {
        Path file = directory.resolve("orchestrator.db");
        Files.writeString(file, "not a database, though long enough to have a header of a hundred bytes ".repeat(20));
        byte[] before = Files.readAllBytes(file);
        JdbcTable sessions = JdbcTable.of("jdbc:sqlite:" + file, HostDatabase.DEFAULTS);

        assertKind(Kind.FAILED, () -> sessions.findByKey(List.of("k")));
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aLockThatTheHostHoldsIsBusy() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", THEN);
            JdbcTable sessions = database.table();
            SessionRow row = only(sessions.findByKey(List.of("k")));
            database.holdTheWriteLock();

            assertThat(sessions.findByKey(List.of("k"))).containsExactly(row);
            assertKind(Kind.BUSY, () -> sessions.dropIfUntouched(row));
            assertKind(Kind.BUSY, () -> sessions.dropSession(row));
            database.letGoOfTheLock();
            assertThat(sessions.dropIfUntouched(row)).isTrue();
        }
    }

    @Test
    void rowsUnderACompositeKeyAreTheOnesWhereAllColumnsAgree() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory, "CREATE TABLE s (project TEXT, agent INTEGER, session_id TEXT, last_used_at INTEGER)")) {
            database.execute("INSERT INTO s VALUES ('p', 1, 's1', 1), ('p', 2, 's2', 1), ('q', 1, 's3', 1)");
            JdbcTable sessions = database.table(store(
                    "s", List.of("project", "agent"), "session_id", "last_used_at", ExpireAction.DELETE_ROW, auto()));

            SessionRow row = only(sessions.findByKey(List.of("p", 1)));
            assertThat(row.sessionId()).isEqualTo("s1");
            assertThat(row.key()).isEqualTo(List.of("p", 1));
            assertThat(sessions.findByKey(List.of("q", 2))).isEmpty();
            assertThat(sessions.dropSession(row)).isTrue();
            assertThat(database.column("SELECT session_id FROM s ORDER BY 1")).containsExactly("s2", "s3");
        }
    }

    static Stream<Arguments> keys() {
        UUID uuid = UUID.fromString("7d3b7a1c-0000-4000-8000-1234567890ab");
        return Stream.of(
                Arguments.of("INTEGER", 42, "42"),
                Arguments.of("INTEGER", 42, 42),
                Arguments.of("INTEGER", 42, 42L),
                Arguments.of("INTEGER", 42, (short) 42),
                Arguments.of("INTEGER", 42, BigInteger.valueOf(42)),
                Arguments.of("INTEGER", Long.MAX_VALUE, Long.MAX_VALUE),
                Arguments.of("TEXT", "42", 42),
                Arguments.of("TEXT", "42", 42L),
                Arguments.of("TEXT", uuid.toString(), uuid),
                Arguments.of("TEXT", "x", Path.of("x")),
                Arguments.of("TEXT", "READ", TimestampNames.READ),
                Arguments.of("BLOB", new byte[] {1, 2, 3}, new byte[] {1, 2, 3}),
                Arguments.of("", "x", "x"),
                Arguments.of("", 42, 42));
    }

    @ParameterizedTest(name = "{0} {1} asked with {2}")
    @MethodSource("keys")
    void aKeyOfOneTypeIsFoundByItsValueInAnother(String columnType, Object stored, Object asked) throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory, "CREATE TABLE agent_sessions (agent_id " + columnType + ", session_id, last_used_at)")) {
            database.execute("INSERT INTO agent_sessions VALUES (?, 's', 1)", stored);
            JdbcTable sessions = database.table();

            SessionRow row = only(sessions.findByKey(List.of(asked)));
            assertThat(sessions.dropIfUntouched(row)).isTrue();
        }
    }

    @Test
    void rowsWithoutASessionIdAreNone() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", null, THEN);

            assertThat(database.table().findByKey(List.of("k"))).isEmpty();
            assertThat(database.table().facts()).isEqualTo(new JdbcTable.Facts(0, OptionalLong.empty()));
        }
    }

    @Test
    void clearSessionIdKeepsTheRowAndEverythingElseInIt() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", THEN);
            database.put("k2", "s2", THEN);
            JdbcTable sessions = database.table(store(ExpireAction.CLEAR_SESSION_ID, auto()));

            assertThat(sessions.dropIfUntouched(only(sessions.findByKey(List.of("k")))))
                    .isTrue();
            assertThat(sessions.findByKey(List.of("k"))).isEmpty();
            assertThat(sessions.dropSession(only(sessions.findBySessionId("s2", List.of()))))
                    .isTrue();

            assertThat(
                            database.column(
                                    "SELECT agent_id || ' ' || coalesce(session_id, 'none') || ' ' || last_used_at FROM agent_sessions"))
                    .containsExactly("k none " + THEN, "k2 none " + THEN);
        }
    }

    @ParameterizedTest
    @MethodSource("lastUsedValues")
    void aRowIsDroppedOnlyWhileItsLastUsedValueIsTheOneThatWasSeen(Object lastUsedAt) throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", lastUsedAt);
            JdbcTable sessions = database.table();
            SessionRow seen = only(sessions.findByKey(List.of("k")));

            database.execute("UPDATE agent_sessions SET last_used_at = ?", THEN + 1);
            assertThat(sessions.dropIfUntouched(seen)).isFalse();
            database.execute("UPDATE agent_sessions SET last_used_at = ?", lastUsedAt);
            assertThat(sessions.dropIfUntouched(seen)).isTrue();
        }
    }

    static Stream<Object> lastUsedValues() {
        return Stream.of(THEN, 1_767_225_600, 1_767_225_600.123, "2026-01-01 00:00:00", "", 0);
    }

    @Test
    void aRowWithoutALastUsedValueCanBeComparedToo() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", null);
            JdbcTable sessions = database.table();
            SessionRow seen = only(sessions.findByKey(List.of("k")));

            assertThat(seen.lastUsed().epochMillis()).isEmpty();
            assertThat(sessions.dropIfUntouched(seen)).isTrue();
        }
    }

    @Test
    void aRowIsDroppedOnlyWhileItHoldsTheIdThatWasSeen() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "old", THEN);
            JdbcTable sessions = database.table();
            SessionRow seen = only(sessions.findByKey(List.of("k")));
            database.execute("UPDATE agent_sessions SET session_id = 'new'");

            assertThat(sessions.dropIfUntouched(seen)).isFalse();
            assertThat(sessions.dropSession(seen)).isFalse();
            assertThat(database.sessionIds()).containsExactly("new");
        }
    }

    @Test
    void theFactsAreTheNumberOfSessionsAndTheOldestOfThem() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "s1", THEN + 5);
            database.put("b", "s2", THEN);
            database.put("c", null, THEN - 5);
            database.put("d", "s3", null);

            assertThat(database.table().facts()).isEqualTo(new JdbcTable.Facts(3, OptionalLong.of(THEN)));
        }
    }

    @Test
    void aRowWhoseTimeIsStillToComeIsNotTheOldest() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "s1", THEN);
            database.put("b", "s2", 0);
            database.put("c", "s3", 99_000_000_000_000L);

            assertThat(database.table().facts()).isEqualTo(new JdbcTable.Facts(3, OptionalLong.of(THEN)));
        }
    }

    @Test
    void aTriggerThatKeepsTheRowIsNotTakenForADeletion() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", THEN);
            database.execute("CREATE TRIGGER keep BEFORE DELETE ON agent_sessions BEGIN SELECT RAISE(IGNORE); END");
            JdbcTable sessions = database.table();

            assertThat(sessions.dropIfUntouched(only(sessions.findByKey(List.of("k")))))
                    .isFalse();
        }
    }

    /** Law 1: an application beside the host's may bring a copy of its own, and never open this file. */
    @Test
    void aCopyThatIsOnlyLoadedAfterAnotherOneOpenedTheFileIsNotUsed() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            JdbcTable sessions = database.table();
            HostLoader first = new HostLoader();
            HostLoader second = new HostLoader();
            sessions.hostDriverLoadedBy(first);
            sessions.hostOpens(database.file().toString(), new Object(), first);
            sessions.findByKey(List.of("k"));
            assertThat(first.asked()).contains("org.sqlite.JDBC");

            sessions.hostDriverLoadedBy(second);
            sessions.hostOpens(directory.resolve("another.db").toString(), new Object(), second);
            sessions.closeIdle(0);
            sessions.findByKey(List.of("k"));

            assertThat(second.asked()).isEmpty();
        }
    }

    /** However the driver is given the name. */
    @ParameterizedTest
    @ValueSource(
            strings = {"%s/orchestrator.db", "file:%s/orchestrator.db?mode=rwc", "%s/./orchestrator.db", "%s/link.db"})
    void theCopyThatOpensTheFileIsTheOneThatIsUsedFromThenOn(String name) throws Exception {
        try (HostDatabase database = HostDatabase.in(directory)) {
            Files.createSymbolicLink(directory.resolve("link.db"), database.file());
            JdbcTable sessions = database.table();
            HostLoader first = new HostLoader();
            HostLoader second = new HostLoader();
            sessions.hostOpens(database.file().toString(), new Object(), first);
            sessions.findByKey(List.of("k"));

            sessions.hostOpens(name.formatted(directory), new Object(), second);
            sessions.findByKey(List.of("k"));

            assertThat(second.asked()).contains("org.sqlite.JDBC");
        }
    }

    /** Law 6 of the reads: a lock that keeps the agent from deleting must not keep it from looking. */
    @Test
    void aHostThatWritesForLongKeepsNobodyFromReading() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("k", "s", THEN);
            JdbcTable sessions = database.table(HostDatabase.waiting(0, HostDatabase.DEFAULTS));
            SessionRow row = only(sessions.findByKey(List.of("k")));
            database.holdTheWriteLock();

            for (int i = 0; i < 2 * CircuitBreaker.FAILURES; i++) {
                assertKind(Kind.BUSY, () -> sessions.dropIfUntouched(row));
                assertKind(Kind.BUSY, () -> sessions.dropSession(row));
            }

            assertThat(sessions.findByKey(List.of("k"))).containsExactly(row);
            database.letGoOfTheLock();
            assertThat(sessions.dropIfUntouched(row)).isTrue();
        }
    }

    private enum TimestampNames {
        READ
    }

    private static TimestampFormat auto() {
        return TimestampFormat.AUTO;
    }

    private static SessionRow only(List<SessionRow> rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void assertAbsent(ThrowingCallable call) {
        assertKind(Kind.ABSENT, call);
    }

    private static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
