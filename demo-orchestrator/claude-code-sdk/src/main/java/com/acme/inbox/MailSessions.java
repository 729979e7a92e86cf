package com.acme.inbox;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** One connection for the life of the program. */
class MailSessions {
    private final Connection connection;

    MailSessions(String url) throws SQLException {
        connection = DriverManager.getConnection(url);
        connection
                .createStatement()
                .execute("CREATE TABLE IF NOT EXISTS mail_sessions"
                        + " (sender TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_used_at TEXT NOT NULL)");
    }

    Optional<MailSession> find(String sender) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT sender, session_id FROM mail_sessions WHERE sender = ?")) {
            select.setString(1, sender);
            ResultSet row = select.executeQuery();
            return row.next() ? Optional.of(new MailSession(row.getString(1), row.getString(2))) : Optional.empty();
        }
    }

    void remember(MailSession session) throws SQLException {
        try (PreparedStatement replace =
                connection.prepareStatement("INSERT OR REPLACE INTO mail_sessions VALUES (?, ?, ?)")) {
            replace.setString(1, session.sender());
            replace.setString(2, session.sessionId());
            replace.setString(3, Instant.now().toString());
            replace.executeUpdate();
        }
    }
}
