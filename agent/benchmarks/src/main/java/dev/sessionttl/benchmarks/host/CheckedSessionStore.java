package dev.sessionttl.benchmarks.host;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** {@link SessionStore} with the check written into its source: it costs one more column of the same row. */
public class CheckedSessionStore {
    private final SessionStore.Connections connections;

    public CheckedSessionStore(SessionStore.Connections connections) {
        this.connections = connections;
    }

    public Optional<String> find(String agent) throws SQLException {
        return connections.with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT session_id, last_used_at FROM agent_sessions WHERE agent_id = ?")) {
                statement.setString(1, agent);
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    String session = row.getString(1);
                    long lastUsed = row.getLong(2);
                    return TtlCheck.isExpired(lastUsed) && TtlCheck.drop(connection, agent, session, lastUsed)
                            ? Optional.empty()
                            : Optional.of(session);
                }
            }
        });
    }
}
