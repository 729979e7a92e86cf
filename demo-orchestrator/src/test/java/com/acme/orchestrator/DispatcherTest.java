package com.acme.orchestrator;

import static com.acme.orchestrator.DispatchReport.Outcome.FAILED;
import static com.acme.orchestrator.DispatchReport.Outcome.RESUMED;
import static com.acme.orchestrator.DispatchReport.Outcome.STARTED_FRESH;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatcherTest {
    private static final String DEAD = "11111111-2222-4333-8444-555555555555";

    @TempDir
    private Path directory;

    private SessionStore store;
    private final List<String> log = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        store = SessionStore.open(database(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aNewAgentStartsOnceAndThenResumes() throws Exception {
        assertThat(dispatch("scout", 3))
                .extracting(DispatchReport::outcome)
                .containsExactly(STARTED_FRESH, RESUMED, RESUMED);
    }

    @Test
    void aDeadSessionIsRefusedAtEveryDispatchBecauseItsRowStays() throws Exception {
        store.remember("scout", DEAD);

        Summary summary = Summary.of(dispatch("scout", 4));

        assertThat(summary.refused()).isEqualTo(4);
        assertThat(summary.freshStarts()).isEqualTo(4);
        assertThat(store.find("scout")).contains(DEAD);
        assertThat(log)
                .filteredOn(
                        line -> line.equals("scout  resume failed — No conversation found with session ID: " + DEAD))
                .hasSize(4);
    }

    @Test
    void onceTheRowOfADeadSessionIsGoneTheAgentIsInASessionAgain() throws Exception {
        store.remember("scout", DEAD);
        dispatch("scout", 1);
        forget("scout");

        assertThat(dispatch("scout", 2)).extracting(DispatchReport::outcome).containsExactly(STARTED_FRESH, RESUMED);
    }

    @Test
    void aRunThatTheApiFailedIsNotStartedAfresh() throws Exception {
        dispatch("scout", 1);
        String session = store.find("scout").orElseThrow();

        List<DispatchReport> reports = dispatch(
                Clis.standIn(directory, "CLAUDE_STAND_IN_API", "down"), 1, List.of(new Task("scout", "hello")));

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.outcome()).isEqualTo(FAILED);
            assertThat(report.resumed()).contains(session);
            assertThat(report.refusedAfter()).isEmpty();
        });
        assertThat(store.find("scout")).contains(session);
    }

    @Test
    void aFailedDispatchDoesNotStopTheOthers() throws Exception {
        List<Task> tasks = List.of(new Task("scout", "hello"), new Task("clerk", "hello"), new Task("scout", "hello"));
        ClaudeCli crashing = new ClaudeCli("/nonexistent/claude", directory, Map.of(), Duration.ofSeconds(30));

        assertThat(dispatch(crashing, 2, tasks))
                .extracting(DispatchReport::outcome)
                .containsOnly(FAILED)
                .hasSize(3);
    }

    @Test
    void oneAgentsTasksRunOneAfterAnotherOnManyThreads() throws Exception {
        List<Task> tasks = IntStream.range(0, 12)
                .mapToObj(n -> new Task("agent-" + n % 3, "task " + n))
                .toList();

        Summary summary = Summary.of(dispatch(Clis.standIn(directory), 6, tasks));

        // Were two of an agent's first tasks under way at once, both would find no session and start one.
        assertThat(summary.freshStarts()).isEqualTo(3);
        assertThat(summary.resumesTried()).isEqualTo(9);
    }

    private List<DispatchReport> dispatch(String agentId, int times) throws Exception {
        return dispatch(Clis.standIn(directory), 1, Collections.nCopies(times, new Task(agentId, "hello")));
    }

    private List<DispatchReport> dispatch(ClaudeCli cli, int threads, List<Task> tasks) throws Exception {
        TaskQueue queue = new TaskQueue();
        tasks.forEach(queue::add);
        queue.close();
        return new Dispatcher(queue, store, cli, log::add).drain(threads);
    }

    private void forget(String agentId) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM agent_sessions WHERE agent_id = '" + agentId + "'");
        }
    }

    private Path database() {
        return directory.resolve("orchestrator.db");
    }
}
