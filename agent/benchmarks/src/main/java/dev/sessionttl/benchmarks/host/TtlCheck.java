package dev.sessionttl.benchmarks.host;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent's job in a hundred lines less: what an aspect and a rule call, through the host's own driver. Byteman makes one of
 * it for every rule that is hit.
 */
public class TtlCheck {
    private static final long MAX_AGE_MILLIS = TimeUnit.HOURS.toMillis(24);
    private static @Nullable Connection connection;

    static boolean isExpired(long lastUsed) {
        return System.currentTimeMillis() - lastUsed > MAX_AGE_MILLIS;
    }

    /** Before {@code main}. */
    public void sweep() throws SQLException {
        try (Connection alone = DriverManager.getConnection(url());
                PreparedStatement statement =
                        alone.prepareStatement("DELETE FROM agent_sessions WHERE last_used_at < ?")) {
            statement.setLong(1, System.currentTimeMillis() - MAX_AGE_MILLIS);
            statement.executeUpdate();
        }
    }

    /** Before a session is read: whether it was expired, and is gone. */
    public boolean expires(String agent) throws SQLException {
        return expires(connection(), agent);
    }

    /** The same through a connection of the caller's. */
    public static boolean expires(Connection connection, String agent) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT session_id, last_used_at FROM agent_sessions WHERE agent_id = ?")) {
            statement.setString(1, agent);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        && isExpired(row.getLong(2))
                        && drop(connection, agent, row.getString(1), row.getLong(2));
            }
        }
    }

    /** Unless it was touched meanwhile. */
    static boolean drop(Connection connection, String agent, String session, long lastUsed) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM agent_sessions WHERE agent_id = ? AND session_id = ? AND last_used_at = ?")) {
            delete.setString(1, agent);
            delete.setString(2, session);
            delete.setLong(3, lastUsed);
            return delete.executeUpdate() == 1;
        }
    }

    private static synchronized Connection connection() throws SQLException {
        if (connection == null) {
            connection = DriverManager.getConnection(url());
        }
        return connection;
    }

    private static String url() {
        return System.getProperty("host.database", "");
    }
}
