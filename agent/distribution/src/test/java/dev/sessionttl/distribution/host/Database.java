package dev.sessionttl.distribution.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The database file of a host that is not running, as a test prepares it and looks at it afterwards. */
public record Database(Path file) {
    /** An empty {@code agent_sessions} table in {@code data/orchestrator.db}, as most hosts have it. */
    public static Database in(Path folder, String... pragmas) {
        Database database = new Database(folder.resolve("data").resolve("orchestrator.db"));
        try {
            Files.createDirectories(database.file.getParent());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        for (String pragma : pragmas) {
            database.execute(pragma);
        }
        return database.execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL,"
                + " last_used_at INTEGER)");
    }

    /** A session that was last used this long ago. */
    public Database withSession(String agentId, String sessionId, Duration age) {
        return execute(
                "INSERT INTO agent_sessions VALUES (?, ?, ?)",
                agentId,
                sessionId,
                System.currentTimeMillis() - age.toMillis());
    }

    public Database execute(String sql, Object... values) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
            return this;
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** The first column of every row. */
    public List<String> query(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            return firstColumn(connection, sql);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    static List<String> firstColumn(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (result.next()) {
                values.add(result.getString(1));
            }
            return values;
        }
    }

    /** The ids that are still stored, in order. */
    public List<String> sessionIds() {
        return query("SELECT session_id FROM agent_sessions ORDER BY session_id");
    }
}
