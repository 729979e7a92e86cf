package com.acme.reviews;

import java.util.Optional;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
public class SessionDao {
    private final JdbcTemplate jdbc;

    public SessionDao(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<ReviewSession> find(String project) {
        return jdbc
                .query(
                        "SELECT project, claude_session_id FROM review_sessions WHERE project = ?",
                        new DataClassRowMapper<>(ReviewSession.class),
                        project)
                .stream()
                .findFirst();
    }

    public void used(String project, String sessionId) {
        jdbc.update(
                "INSERT INTO review_sessions (project, claude_session_id) VALUES (?, ?)"
                        + " ON CONFLICT (project) DO UPDATE SET last_used_at = CURRENT_TIMESTAMP",
                project,
                sessionId);
    }
}
