package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.Credentials;
import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.config.SweepConfig;
import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.Observations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host's database of any kind, with the host's own connection to it. */
final class SomeDatabase implements AutoCloseable {
    static final int BUSY_TIMEOUT_MILLIS = 200;

    final DatabaseKind kind;
    final String url;
    private final Connection host;
    private final List<JdbcTable> opened = new ArrayList<>();

    SomeDatabase(DatabaseKind kind, String url) throws SQLException {
        this.kind = kind;
        this.url = url;
        this.host = kind.connect(url);
    }

    static StoreConfig store(String table, List<String> key, ExpireAction expire, boolean cascade) {
        return store(table, key, "session_id", "last_used_at", expire, cascade);
    }

    static StoreConfig store(
            String table, List<String> key, String sessionId, String lastUsedAt, ExpireAction expire, boolean cascade) {
        return new StoreConfig(
                true,
                Optional.empty(),
                table,
                key,
                sessionId,
                lastUsedAt,
                TimestampFormat.AUTO,
                expire,
                cascade,
                BUSY_TIMEOUT_MILLIS,
                new SweepConfig(2_000, 0, 1),
                new Credentials(Optional.empty(), Optional.empty()),
                Optional.empty());
    }

    static StoreConfig defaults() {
        return store("agent_sessions", List.of("agent_id"), ExpireAction.DELETE_ROW, false);
    }

    /** The agent's view of it, through the host's driver where it is SQLite. */
    JdbcTable table(StoreConfig store) {
        return table(store, Optional.empty());
    }

    JdbcTable table(StoreConfig store, Optional<Observations> observed) {
        JdbcTable table = JdbcTable.of(url, store, observed);
        if (!kind.isPostgres()) {
            table.hostDriverLoadedBy(kind.loader());
        }
        opened.add(table);
        return table;
    }

    JdbcTable table() {
        return table(defaults());
    }

    /** The table that the agent looks for unless told otherwise. */
    SomeDatabase withSessions(String typeOfLastUsedAt) throws SQLException {
        return execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at "
                + typeOfLastUsedAt + ")");
    }

    SomeDatabase execute(String... statements) throws SQLException {
        try (Statement statement = host.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return this;
    }

    /** Bound as the host's own driver binds it. */
    SomeDatabase update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = host.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
            return this;
        }
    }

    SomeDatabase put(String agentId, String sessionId, Object lastUsedAt) throws SQLException {
        return execute(
                "INSERT INTO agent_sessions VALUES ('" + agentId + "', '" + sessionId + "', '" + lastUsedAt + "')");
    }

    /** The first column of every row, as text. */
    List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = host.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                values.add(result.getString(1));
            }
            return values;
        }
    }

    /** The keys of the default table, sorted. */
    List<String> keys() throws SQLException {
        return column("SELECT agent_id FROM agent_sessions ORDER BY agent_id");
    }

    /** A trigger that lets no row of this key be deleted: it raises an error, or ignores the deletion. */
    SomeDatabase keepByTrigger(String agentId, boolean raising) throws SQLException {
        if (!kind.isPostgres()) {
            return execute("CREATE TRIGGER keeper BEFORE DELETE ON agent_sessions WHEN old.agent_id = '" + agentId
                    + "' BEGIN SELECT RAISE(" + (raising ? "ABORT, 'this one stays'" : "IGNORE") + "); END");
        }
        return execute(
                "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF old.agent_id = '" + agentId
                        + "' THEN " + (raising ? "RAISE EXCEPTION 'this one stays'" : "RETURN NULL")
                        + "; END IF; RETURN old; END $$",
                "CREATE TRIGGER keeper BEFORE DELETE ON agent_sessions FOR EACH ROW EXECUTE FUNCTION keep()");
    }

    /** A trigger that fails for this key, not by its own word but by an error in it. */
    SomeDatabase failByTrigger(String agentId) throws SQLException {
        if (!kind.isPostgres()) {
            return execute("CREATE TRIGGER failing BEFORE DELETE ON agent_sessions WHEN old.agent_id = '" + agentId
                    + "' BEGIN SELECT abs(-9223372036854775807 - 1); END");
        }
        return execute(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF old.agent_id = '" + agentId
                        + "' THEN PERFORM a_function_that_is_not_there(old.agent_id); END IF; RETURN old; END $$",
                "CREATE TRIGGER failing BEFORE DELETE ON agent_sessions FOR EACH ROW EXECUTE FUNCTION fail()");
    }

    /** The host touches a row and does not come to an end. */
    void holdTheRow(String agentId) throws SQLException {
        execute(
                kind.isPostgres() ? "BEGIN" : "BEGIN IMMEDIATE",
                "UPDATE agent_sessions SET session_id = session_id WHERE agent_id = '" + agentId + "'");
    }

    @Override
    public void close() throws SQLException {
        opened.forEach(JdbcTable::closeForGood);
        host.close();
    }
}
