package dev.sessionttl.engine.store;

import static dev.sessionttl.engine.fixture.HostDatabase.cascading;
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
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the way of a deletion, as SQLite itself knows it. */
class ObstaclesTest {
    private static final String SESSIONS =
            "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at)";
    private static final StoreConfig CLEARING = store(ExpireAction.CLEAR_SESSION_ID, TimestampFormat.AUTO);

    @TempDir
    private Path directory;

    @Test
    void fromAViewNothingIsDroppedAndItsRowsAreStillRead() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE sessions (agent_id TEXT, session_id TEXT, last_used_at)",
                "INSERT INTO sessions VALUES ('k', 's', 1)",
                "CREATE VIEW agent_sessions AS SELECT * FROM sessions",
                // So that the deletion would succeed.
                "CREATE TRIGGER t INSTEAD OF DELETE ON agent_sessions"
                        + " BEGIN DELETE FROM sessions WHERE agent_id = old.agent_id; END")) {
            JdbcTable table = database.table();

            assertRefused(() -> table.dropIfUntouched(only(table)), "is a view", "store.table");
            assertRefused(() -> table.dropSession(only(table)), "is a view", "store.table");
            assertThat(database.column("SELECT session_id FROM sessions")).containsExactly("s");
        }
    }

    @Test
    void aSessionIdThatIsNotNullCannotBeClearedAndCanBeDeleted() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, SESSION_ID TEXT NOT NULL, last_used_at)",
                "INSERT INTO agent_sessions VALUES ('k', 's', 1)")) {
            JdbcTable clearing = database.table(CLEARING);

            assertRefused(() -> clearing.dropIfUntouched(only(clearing)), "NOT NULL", "delete-row");
            assertRefused(() -> clearing.dropSession(only(clearing)), "NOT NULL", "delete-row");
            assertThat(database.sessionIds()).containsExactly("s");
            assertThat(database.table().dropSession(only(clearing))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CASCADE", "SET NULL", "SET DEFAULT", "cascade"})
    void aDeletionThatWouldTakeOtherTablesRowsAlongIsRefused(String onDelete) throws StoreException {
        try (HostDatabase database = withMessages("ON DELETE " + onDelete)) {
            JdbcTable table = database.table();

            assertRefused(() -> table.dropIfUntouched(only(table)), "messages", "store.cascade");
            assertRefused(() -> table.dropSession(only(table)), "messages", "store.cascade");
            assertThat(database.sessionIds()).containsExactly("s");
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("k");
        }
    }

    @Test
    void aCascadeThatIsMeantTakesThemAlong() throws StoreException {
        try (HostDatabase database = withMessages("ON DELETE CASCADE")) {
            JdbcTable table = database.table(cascading(HostDatabase.DEFAULTS));

            assertThat(table.dropIfUntouched(only(table))).isTrue();
            assertThat(database.sessionIds()).isEmpty();
            assertThat(database.column("SELECT agent_id FROM messages")).isEmpty();
        }
    }

    @Test
    void whereTheRowStaysNoCascadeIsInTheWay() throws StoreException {
        try (HostDatabase database = withMessages("ON DELETE CASCADE")) {
            JdbcTable table = database.table(CLEARING);

            assertThat(table.dropIfUntouched(only(table))).isTrue();
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("k");
        }
    }

    /** Whether or not the host itself asks SQLite to hold its foreign keys: an orphan would be worse than a stale row. */
    @ParameterizedTest
    @ValueSource(strings = {"ON DELETE RESTRICT", "ON DELETE NO ACTION", ""})
    void aRowThatOthersReferToStaysAndTheOthersGo(String onDelete) throws StoreException {
        try (HostDatabase database = withMessages(onDelete)) {
            database.put("alone", "s2", 1);
            JdbcTable table = database.table();
            SessionRow referredTo = only(table);

            assertKind(Kind.CONSTRAINT, () -> table.dropIfUntouched(referredTo));
            assertKind(Kind.CONSTRAINT, () -> table.dropSession(referredTo));
            assertThat(table.dropIfUntouched(table.findByKey(List.of("alone")).get(0)))
                    .isTrue();
            assertThat(database.sessionIds()).containsExactly("s");
            assertThat(database.column("SELECT agent_id FROM messages")).containsExactly("k");
        }
    }

    @Test
    void aCascadeFromAnotherTableIsNotInTheWay() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                SESSIONS,
                "INSERT INTO agent_sessions VALUES ('k', 's', 1)",
                "CREATE TABLE agents (id TEXT PRIMARY KEY)",
                "CREATE TABLE messages (agent_id TEXT REFERENCES agents (id) ON DELETE CASCADE)")) {
            JdbcTable table = database.table();

            assertThat(table.dropIfUntouched(only(table))).isTrue();
        }
    }

    /** A host may migrate while it runs; the next connection sees it. */
    @Test
    void anObstacleThatIsTakenAwayIsNoneAnyMore() throws StoreException {
        try (HostDatabase database = withMessages("ON DELETE CASCADE")) {
            JdbcTable table = database.table();
            assertRefused(() -> table.dropIfUntouched(only(table)), "messages", "store.cascade");

            table.closeIdle(0);
            database.execute("DROP TABLE messages");

            assertThat(table.dropIfUntouched(only(table))).isTrue();
        }
    }

    /** In a large table it goes on for minutes. */
    @Test
    void aSweepUnderWayDropsNothingMoreOnceAMigrationForbidsIt() throws StoreException {
        try (HostDatabase database =
                HostDatabase.with(directory, SESSIONS, "INSERT INTO agent_sessions VALUES ('k', 's', 1500000000000)")) {
            JdbcTable table = database.table();
            Walk.Page page = new Walk.Page(10, TimeUnit.MINUTES.toNanos(1));
            Walk walk = table.walk(System.currentTimeMillis(), page);
            List<Candidate> seen = table.on(walk::next);
            assertThat(seen).hasSize(1);
            database.execute("CREATE TABLE messages (agent_id TEXT REFERENCES agent_sessions ON DELETE CASCADE)");

            assertRefused(
                    () -> table.writing(connection -> walk.dropUntouched(connection, seen)),
                    "messages",
                    "store.cascade");
            assertRefused(() -> table.walk(System.currentTimeMillis(), page), "messages", "store.cascade");
            assertThat(database.sessionIds()).containsExactly("s");
        }
    }

    private HostDatabase withMessages(String onDelete) {
        return HostDatabase.with(
                directory,
                SESSIONS,
                "CREATE TABLE messages (agent_id TEXT REFERENCES Agent_Sessions (agent_id) " + onDelete + ")",
                "INSERT INTO agent_sessions VALUES ('k', 's', 1)",
                "INSERT INTO messages VALUES ('k')");
    }

    private static SessionRow only(JdbcTable table) throws StoreException {
        List<SessionRow> rows = table.findByKey(List.of("k"));
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    /** The message says what is in the way and what would be right. */
    private static void assertRefused(ThrowingCallable call, String what, String remedy) {
        assertThatThrownBy(call).hasMessageContaining(what).hasMessageContaining(remedy);
        assertKind(Kind.REFUSED, call);
    }

    private static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
