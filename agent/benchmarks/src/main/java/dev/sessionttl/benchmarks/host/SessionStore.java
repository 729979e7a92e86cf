package dev.sessionttl.benchmarks.host;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The host's sessions, read as most hosts do: a statement is prepared for each call. */
public class SessionStore {
    private final Connections connections;

    public SessionStore(Connections connections) {
        this.connections = connections;
    }

    /** Where a call gets its connection, and what becomes of that afterwards. */
    public interface Connections {
        <T> T with(Use<T> use) throws SQLException;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    public interface Use<T> {
        T of(Connection connection) throws SQLException;
    }

    /** The id of the session that an agent was last run in. */
    public Optional<String> find(String agent) throws SQLException {
        return connections.with(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                statement.setString(1, agent);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
                }
            }
        });
    }
}
