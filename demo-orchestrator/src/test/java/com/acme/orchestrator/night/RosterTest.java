package com.acme.orchestrator.night;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.orchestrator.Task;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosterTest {
    private static final Instant EVENING = Instant.parse("2026-01-01T20:00:00Z");

    @TempDir
    private Path directory;

    private final Roster roster = Roster.ofTheIncident();

    @Test
    void everyAgentIsDispatchedInEveryRound() {
        assertThat(roster.tasks())
                .hasSize(roster.agents().size() * roster.rounds())
                .extracting(Task::agentId)
                .startsWith(roster.agents().stream().map(Roster.Agent::id).toArray(String[]::new));
    }

    @Test
    void sessionsAreStoredAsOldAsTheirFateSays() throws Exception {
        NightFiles files = NightFiles.seed(directory, roster, EVENING);

        Map<String, Long> stored = lastUsed(files.database());

        assertThat(stored).hasSameSizeAs(roster.agents());
        assertThat(roster.agents())
                .allSatisfy(agent -> assertThat(stored)
                        .containsEntry(
                                agent.sessionId(),
                                EVENING.minus(agent.fate().age()).toEpochMilli()));
    }

    @Test
    void onlyLiveSessionsHaveATranscript() throws Exception {
        NightFiles files = NightFiles.seed(directory, roster, EVENING);

        assertThat(roster.agents())
                .allSatisfy(agent -> assertThat(files.transcripts().exists(agent.sessionId()))
                        .isEqualTo(agent.fate() == Fate.LIVE));
    }

    @Test
    void onlyExpiredSessionsAreOlderThanADay() {
        assertThat(Fate.values())
                .allSatisfy(fate ->
                        assertThat(fate.age().compareTo(Duration.ofDays(1)) > 0).isEqualTo(fate == Fate.EXPIRED));
    }

    private static Map<String, Long> lastUsed(Path database) throws Exception {
        Map<String, Long> found = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT session_id, last_used_at FROM agent_sessions")) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getLong(2));
            }
        }
        return found;
    }
}
