package dev.sessionttl.engine.store;

import static dev.sessionttl.engine.expiry.Verdict.ABSENT;
import static dev.sessionttl.engine.expiry.Verdict.LEAVE;
import static dev.sessionttl.engine.expiry.Verdict.UNSETTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may befall a database file while the agent is at work on it: the host is left as it is, and no live session is lost. */
class StoreFaultsTest {
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor();
    private static final Sweep.Pace AT_ONCE = new Sweep.Pace(500, 60_000, 0, 0);
    private static final List<String> OLD = List.of("old");
    private static final List<String> YOUNG = List.of("young");

    private final SettableClock clock = new SettableClock();
    private final MaxSessionAge maxAge = new MaxSessionAge(Duration.ofDays(1).toMillis(), clock);
    private final RecordedEvents events = new RecordedEvents();
    private final HeldWork background = new HeldWork();

    @TempDir
    private Path directory;

    private HostDatabase host;

    @BeforeEach
    void open() {
        host = HostDatabase.in(directory);
        putBoth(host);
    }

    @AfterEach
    void close() {
        host.close();
    }

    @AfterAll
    static void stopTheTimer() {
        TIMER.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WAL", "DELETE"})
    void aHostThatLocksTheWholeFileForItselfIsLeftAlone(String journalMode) throws Exception {
        host.execute("PRAGMA journal_mode = " + journalMode);
        host.execute("PRAGMA locking_mode = EXCLUSIVE");
        host.execute("UPDATE agent_sessions SET session_id = session_id");
        JdbcTable table = host.table();
        Sessions sessions = sessions(table);

        assertThat(sessions.readByKey(OLD)).isEqualTo(LEAVE);
        assertFails(Kind.BUSY, () -> sweep(table));
        assertThat(events.lines()).containsExactly("failed open find");
        assertThat(host.sessionIds()).containsExactly("live-id", "stale-id");

        host.execute("PRAGMA locking_mode = NORMAL");
        host.sessionIds();
        // In WAL mode only a connection that is opened after it can share the file.
        closeTheHosts();
        assertThat(sweep(table)).isEqualTo(new Sweep.Result(1, true));
        assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
    }

    @Test
    void ofAReplacedFileTheNewOneIsRead() throws Exception {
        Sessions sessions = sessions(host.table());
        assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);

        replaceTheFile(replacement -> replacement.put("young", "stale-now", clock.ago(Duration.ofHours(30))));

        assertThat(sessions.readByKey(YOUNG)).isEqualTo(ABSENT);
        assertThat(inTheFile()).isEmpty();
    }

    @Test
    void aFileThatIsDeletedAndMadeAnewIsReadAnew() throws Exception {
        JdbcTable table = host.table();
        Sessions sessions = sessions(table);
        sessions.readByKey(YOUNG);
        host.execute("DROP TABLE agent_sessions");
        closeTheHosts();
        Files.delete(host.file());

        assertThat(sessions.readByKey(OLD)).isEqualTo(LEAVE);
        assertFails(Kind.ABSENT, () -> sweep(table));
        assertThat(host.file()).as("law 2").doesNotExist();

        try (HostDatabase anew = HostDatabase.in(directory)) {
            putBoth(anew);
            assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
            assertThat(anew.sessionIds()).containsExactly("live-id");
        }
        assertThat(events.lines()).containsExactly("expired READ 1");
    }

    /**
     * SQLite's files are whole, and have no WAL beside them, once the last connection is closed; so a host may replace them
     * then. A connection of ours that lay idle would keep the WAL, and the new file would be read through the old one's.
     */
    @Test
    void aHostThatHasClosedItsLastConnectionMayReplaceTheFile() throws Exception {
        host.execute("PRAGMA journal_mode = WAL");
        host.execute("UPDATE agent_sessions SET session_id = 'before' WHERE agent_id = 'young'");
        JdbcTable table = host.table();
        Object[] two = {new Object(), new Object()};
        for (Object connection : two) {
            table.hostOpens(host.file().toString(), connection, HostDatabase.class.getClassLoader());
        }
        sessions(table).readByKey(YOUNG);

        table.hostCloses(two[0]);
        assertThat(directory).as("it has another").isDirectoryContaining("glob:**-wal");
        table.hostCloses(new Object());
        table.hostCloses(two[1]);
        closeTheHosts();

        assertThat(directory).isDirectoryNotContaining("glob:**-wal");
        replaceTheFile(replacement -> replacement.put("young", "restored", clock.ago(Duration.ofHours(1))));
        assertThat(inTheFile()).containsExactly("restored");
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftAloneUntilItIsOne() throws Exception {
        JdbcTable table = host.table();
        Sessions sessions = sessions(table);
        closeTheHosts();
        Path backup = Files.move(host.file(), directory.resolve("backup"));
        Files.writeString(host.file(), "this is no database ".repeat(100));

        assertThat(sessions.readByKey(OLD)).isEqualTo(LEAVE);
        assertFails(Kind.FAILED, () -> sweep(table));
        assertThat(Files.readString(host.file())).isEqualTo("this is no database ".repeat(100));

        Files.move(backup, host.file(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
        assertThat(inTheFile()).containsExactly("live-id");
        assertThat(events.lines()).containsExactly("failed open find", "expired READ 1");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRESQL")
    void aTableThatIsMigratedWhileTheAgentWorksIsNoFailure(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(Files.createDirectory(directory.resolve("migrated")))
                .withSessions("BIGINT")
                .put("old", "stale-id", clock.ago(Duration.ofDays(2)))
                .put("young", "live-id", clock.ago(Duration.ofHours(1)))) {
            JdbcTable table = database.table();
            Sessions sessions = sessions(table);
            assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);

            // As SQLite's own documents tell hosts to change what ALTER TABLE cannot.
            database.execute("ALTER TABLE agent_sessions RENAME TO before");
            for (int read = 0; read < 3; read++) {
                assertThat(sessions.readByKey(OLD)).isEqualTo(LEAVE);
            }
            database.execute(
                    "CREATE TABLE agent_sessions (session_id TEXT, title TEXT, agent_id TEXT, used_at BIGINT)");
            for (int read = 0; read < 3; read++) {
                assertThat(sessions.readByKey(OLD)).isEqualTo(LEAVE);
            }
            assertFails(Kind.ABSENT, () -> sweep(table));
            database.execute(
                    "DROP TABLE agent_sessions",
                    "CREATE TABLE agent_sessions (session_id TEXT, title TEXT, agent_id TEXT, last_used_at BIGINT)",
                    "INSERT INTO agent_sessions SELECT session_id, 'mine', agent_id, last_used_at FROM before");

            assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
            assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
            assertThat(database.keys()).containsExactly("young");
            assertThat(events.lines()).containsExactly("expired READ 1");
        }
    }

    /** The connection is the one that was opened before the migration. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRESQL")
    void dependantsThatAMigrationGaveTheTableAreNotDeletedWithItsRows(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(Files.createDirectory(directory.resolve("migrated")))
                .withSessions("BIGINT")
                .put("old", "stale-id", clock.ago(Duration.ofDays(2)))) {
            JdbcTable table = database.table();
            SessionRow row = table.findByKey(OLD).get(0);

            database.execute(
                    "CREATE TABLE messages (agent TEXT REFERENCES agent_sessions(agent_id) ON DELETE CASCADE)",
                    "INSERT INTO messages VALUES ('old')");

            assertFails(Kind.REFUSED, () -> table.dropIfUntouched(row));
            assertThat(database.column("SELECT agent FROM messages")).containsExactly("old");
        }
    }

    @ParameterizedTest
    @CsvSource({"wal, delete", "delete, wal"})
    void aHostMaySwitchItsJournalModeWhileTheAgentWorks(String before, String after) throws Exception {
        host.execute("PRAGMA journal_mode = " + before);
        JdbcTable table = host.table();
        Sessions sessions = sessions(table);
        sessions.readByKey(YOUNG);

        if (before.equals("wal")) {
            // An open connection, whosever it is, holds a WAL; no idle one of ours is open for long.
            table.closeIdle(0);
        }
        assertThat(host.column("PRAGMA journal_mode = " + after)).containsExactly(after);

        assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
        assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
        assertThat(sweep(table)).isEqualTo(new Sweep.Result(0, true));
        assertThat(host.sessionIds()).containsExactly("live-id");
        assertThat(host.column("PRAGMA integrity_check")).containsExactly("ok");
    }

    /** The host sees the deleted row until its transaction ends: what it hands out is withheld all the same. */
    @Test
    void aHostInAStaleSnapshotDoesNotGetWhatIsDeletedSince() throws Exception {
        host.execute("PRAGMA journal_mode = WAL");
        Sessions sessions = sessions(host.table());
        host.execute("BEGIN");
        assertThat(host.sessionIds()).containsExactly("live-id", "stale-id");

        assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
        assertThat(host.sessionIds()).as("as the host sees it").contains("stale-id");
        assertThat(sessions.readByKey(OLD)).as("there is no row any more").isEqualTo(LEAVE);
        assertThat(sessions.handedOut("stale-id")).isEqualTo(ABSENT);
        assertThat(sessions.handedOut("live-id")).isEqualTo(LEAVE);
        host.execute("COMMIT");

        assertThat(host.sessionIds()).containsExactly("live-id");
    }

    /** In rollback mode a reader's transaction keeps every writer from committing. */
    @Test
    void aHostsReadingTransactionKeepsTheRowAndNoSessionIsLost() throws Exception {
        Sessions sessions = sessions(host.table());
        host.execute("BEGIN");
        host.sessionIds();

        assertThat(sessions.readByKey(OLD)).isEqualTo(UNSETTLED);
        assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
        host.execute("COMMIT");
        clock.advance(Duration.ofSeconds(1));
        background.run();

        assertThat(host.sessionIds()).containsExactly("live-id");
        assertThat(events.lines()).containsExactly("expired READ 1");
    }

    /** The deletion needs a page more than there are: the host's trigger keeps what was deleted. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POSTGRESQL")
    void aDatabaseThatCannotGrowLosesNothingAndIsSaidToBeFull(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(Files.createDirectory(directory.resolve("full")))
                .withSessions("BIGINT")
                .put("old", "stale-id", clock.ago(Duration.ofDays(2)))
                .put("young", "live-id", clock.ago(Duration.ofHours(1)))
                .execute("CREATE TABLE kept (what BLOB)")
                .execute("CREATE TRIGGER keep AFTER DELETE ON agent_sessions"
                        + " BEGIN INSERT INTO kept VALUES (zeroblob(100000)); END")) {
            JdbcTable table = database.table();
            Sessions sessions = sessions(table);

            for (int i = 0; i < 2; i++) {
                letItNotGrow(table);
                assertThatThrownBy(() -> sweep(table))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED))
                        .hasMessageContaining("full");
                letItNotGrow(table);
                assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
                assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(database.keys()).containsExactly("old", "young");
            assertThat(events.lines()).containsExactly("failed open drop", "failed open drop");

            // The connections that failed were closed, and the limit with them.
            assertThat(sweep(table)).isEqualTo(new Sweep.Result(1, true));
            assertThat(database.keys()).containsExactly("young");
            assertThat(database.column("PRAGMA integrity_check")).containsExactly("ok");
        }
    }

    /** A disk that is full for everyone; where this process may not make one, the test above stands for it. */
    @ParameterizedTest
    @ValueSource(strings = {"WAL", "DELETE"})
    void onAFullDiskNothingIsLostAndAllGoesOnOnceThereIsRoomAgain(String journalMode) throws Exception {
        try (SmallDisk disk = SmallDisk.mountedAt(Files.createDirectory(directory.resolve("disk")));
                HostDatabase small = HostDatabase.in(disk.path())) {
            small.execute("PRAGMA journal_mode = " + journalMode);
            putBoth(small);
            JdbcTable table = small.table();
            Sessions sessions = sessions(table);
            disk.fill();

            assertFails(Kind.FAILED, () -> sweep(table));
            assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
            assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
            assertThat(small.sessionIds()).containsExactly("live-id", "stale-id");

            disk.makeRoom();
            clock.advance(Duration.ofSeconds(1));
            assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
            assertThat(small.sessionIds()).containsExactly("live-id");
            assertThat(small.column("PRAGMA integrity_check")).containsExactly("ok");
        }
    }

    @Test
    void aDiskThatIsReadOnlyKeepsTheRowAndTheHostGetsNoStaleId() throws Exception {
        try (SmallDisk disk = SmallDisk.mountedAt(Files.createDirectory(directory.resolve("disk")))) {
            try (HostDatabase small = HostDatabase.in(disk.path())) {
                putBoth(small);
            }
            disk.makeReadOnly();
            try (HostDatabase small = HostDatabase.with(disk.path())) {
                JdbcTable table = small.table();
                Sessions sessions = sessions(table);

                assertFails(Kind.READ_ONLY, () -> sweep(table));
                assertThat(sessions.readByKey(OLD)).isEqualTo(ABSENT);
                assertThat(sessions.readByKey(YOUNG)).isEqualTo(LEAVE);
                assertThat(small.sessionIds()).containsExactly("live-id", "stale-id");
                assertThat(events.lines()).containsExactly("failed open drop");
            }
        }
    }

    private static void letItNotGrow(JdbcTable table) throws StoreException {
        int unused = table.on(connection -> {
            try (ResultSet pages =
                    connection.prepare("PRAGMA max_page_count = 1").executeQuery()) {
                return pages.getInt(1);
            }
        });
    }

    private void putBoth(HostDatabase database) {
        database.put("old", "stale-id", clock.ago(Duration.ofHours(25)));
        database.put("young", "live-id", clock.ago(Duration.ofHours(1)));
    }

    private Sessions sessions(JdbcTable table) {
        return new Sessions(table, maxAge, clock::nanoTime, events, background, false, () -> "a site");
    }

    private Sweep.Result sweep(JdbcTable table) throws StoreException {
        return new Sweep(table, maxAge, TIMER, id -> false, row -> {}).run(AT_ONCE);
    }

    /** The host closes all that it has open; the agent is not told. */
    private void closeTheHosts() {
        host.closeConnection();
    }

    private void replaceTheFile(Consumer<HostDatabase> content) throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        try (HostDatabase replacement = HostDatabase.in(elsewhere)) {
            content.accept(replacement);
        }
        closeTheHosts();
        Files.move(elsewhere.resolve("orchestrator.db"), host.file(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** The session ids as a connection sees them that knows nothing of what was before. */
    private List<String> inTheFile() throws SQLException {
        try (Connection connection = DriverManager.getConnection(host.url());
                Statement statement = connection.createStatement();
                ResultSet ids = statement.executeQuery(
                        "SELECT group_concat(session_id, ' ') FROM (SELECT session_id FROM agent_sessions ORDER BY 1)")) {
            String all = ids.getString(1);
            return all == null ? List.of() : List.of(all.split(" "));
        }
    }

    private static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
