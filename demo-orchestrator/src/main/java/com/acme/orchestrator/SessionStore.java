package com.acme.orchestrator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which session each agent is in, in a table of an SQLite database. All methods may be called from any thread and throw
 * {@link StoreException}.
 */
public final class SessionStore implements AutoCloseable {
    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS agent_sessions (
                agent_id     TEXT    PRIMARY KEY,
                session_id   TEXT    NOT NULL,
                last_used_at INTEGER NOT NULL  -- epoch milliseconds
            )""";

    // The first writer wins. Two dispatches of one agent may overlap around a restart; were the last one to win, they
    // would fork the agent's conversation.
    private static final String INSERT =
            "INSERT INTO agent_sessions (agent_id, session_id, last_used_at) VALUES (?, ?, ?) ON CONFLICT (agent_id) DO NOTHING";

    private static final String TOUCH =
            "UPDATE agent_sessions SET session_id = ?, last_used_at = ? WHERE agent_id = ? AND session_id = ?";
    private static final String FIND = "SELECT session_id FROM agent_sessions WHERE agent_id = ?";
    private static final String ALL = "SELECT session_id FROM agent_sessions ORDER BY agent_id";

    private final HikariDataSource pool;
    private final Clock clock;

    private SessionStore(HikariDataSource pool, Clock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** Opens the database, and creates it, its directory and its table where they are missing. */
    public static SessionStore open(Path database, Clock clock) throws IOException {
        Path directory = database.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("sessions");
        config.setJdbcUrl("jdbc:sqlite:" + database);
        config.setMaximumPoolSize(4);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "NORMAL");
        config.addDataSourceProperty("busy_timeout", "5000");
        SessionStore store = new SessionStore(new HikariDataSource(config), clock);
        store.createTable();
        return store;
    }

    /** The session that the agent was last in. */
    public Optional<String> find(String agentId) {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setString(1, agentId);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("cannot read the session of " + agentId, e);
        }
    }

    /** Stores the session that a fresh start of the agent reported, unless the agent is in one already. */
    public void remember(String agentId, String sessionId) {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, agentId);
            insert.setString(2, sessionId);
            insert.setLong(3, clock.millis());
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("cannot store the session of " + agentId, e);
        }
    }

    /** Notes that the agent's session has just been used, and the id under which the CLI went on with it: some give it a new one. */
    public void touch(String agentId, String resumedId, String reportedId) {
        try (Connection connection = pool.getConnection();
                PreparedStatement update = connection.prepareStatement(TOUCH)) {
            update.setString(1, reportedId);
            update.setLong(2, clock.millis());
            update.setString(3, agentId);
            update.setString(4, resumedId);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("cannot touch the session of " + agentId, e);
        }
    }

    /** Every stored session, in the order of the agents. */
    public List<String> sessionIds() {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement(ALL);
                ResultSet rows = select.executeQuery()) {
            List<String> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        } catch (SQLException e) {
            throw new StoreException("cannot read the sessions", e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private void createTable() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        } catch (SQLException e) {
            pool.close();
            throw new StoreException("cannot create the table of sessions", e);
        }
    }
}
