package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was asked for, shown on the orchestrator as it is, with the config that is shipped: a stale session is not resumed, a
 * young one is, a dead one is forgotten at its first failure, and the start drops what is too old.
 */
class DemoOrchestratorIT {
    static final Path DEMO = Path.of(System.getProperty("demo.jar")).toAbsolutePath();
    private static final Path SHIPPED_CONFIG =
            DEMO.getParent().resolve("../../config/agents.json").normalize();

    @TempDir
    Path folder;

    private Database database;

    @BeforeEach
    void setUp() throws IOException, InterruptedException {
        database = Database.in(folder);
        Files.createDirectories(folder.resolve("workspace"));
        // A pipe: the orchestrator waits for its tasks, and a test for the moment between the sweep and the first read.
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("tasks").toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    @OnEachJdk
    void first_aSessionLastUsed25HoursAgoIsNotResumedAndItsRowIsDeletedAtTheRead(Jdk jdk) throws IOException {
        String stale = UUID.randomUUID().toString();
        canBeResumed(stale);

        Watch host = start(jdk);
        host.untilTheLogSays("watching 2 ");
        database.withSession("agent", stale, Duration.ofHours(25));
        dispatch(host, "agent");
        double expired = host.metric("claude_session_expired_total{reason=\"read\"}");
        host.release().succeeded();

        assertThat(journal()).containsExactly("agent\t-\t-\tSTARTED_FRESH");
        assertThat(database.sessionIds()).hasSize(1).doesNotContain(stale);
        assertThat(expired).isEqualTo(1);
    }

    @OnEachJdk
    void second_aSessionLastUsedOneHourAgoIsResumed(Jdk jdk) throws IOException {
        String live = UUID.randomUUID().toString();
        canBeResumed(live);
        database.withSession("agent", live, Duration.ofHours(1));

        Watch host = start(jdk);
        dispatch(host, "agent");
        host.release().succeeded();

        assertThat(journal()).containsExactly("agent\t" + live + "\t-\tRESUMED");
        assertThat(database.sessionIds()).containsExactly(live);
    }

    @OnEachJdk
    void third_aFailedResumeDeletesTheRowAndIsCountedAndLaterDispatchesResumeTheFreshSession(Jdk jdk)
            throws IOException {
        String dead = UUID.randomUUID().toString();
        database.withSession("agent", dead, Duration.ofHours(1));

        Watch host = start(jdk);
        dispatch(host, "agent", "agent", "agent");
        double failures = host.metric("claude_session_resume_failures_total");
        host.release().succeeded();

        List<String> ids = database.sessionIds();
        assertThat(ids).hasSize(1).doesNotContain(dead);
        assertThat(journal().get(0)).startsWith("agent\t" + dead).endsWith("STARTED_FRESH");
        assertThat(journal().subList(1, 3)).containsOnly("agent\t" + ids.get(0) + "\t-\tRESUMED");
        assertThat(failures).isEqualTo(1);
    }

    @OnEachJdk
    void fourth_theStartDropsTheSessionsOlderThanTheMaxAgeAndOnlyThose(Jdk jdk) throws IOException {
        for (int i = 0; i < 7; i++) {
            database.withSession("old-" + i, "old-" + i, Duration.ofHours(25 + i));
        }
        database.withSession("young-1", "young-1", Duration.ofHours(23));
        database.withSession("young-2", "young-2", Duration.ZERO);

        Watch host = start(jdk);
        host.untilTheLogSays("swept 7 expired sessions");
        List<String> whileTheHostWaitsForItsTasks = database.sessionIds();
        dispatch(host);
        double expired = host.metric("claude_session_expired_total{reason=\"sweep\"}");
        host.release().succeeded();

        assertThat(whileTheHostWaitsForItsTasks).containsExactly("young-1", "young-2");
        assertThat(database.sessionIds()).containsExactly("young-1", "young-2");
        assertThat(expired).isEqualTo(7);
    }

    /** The one that is shipped. */
    String config(Jdk jdk) throws IOException {
        return Files.readString(SHIPPED_CONFIG);
    }

    private Watch start(Jdk jdk) throws IOException {
        return new Watch(Host.ofJar(folder, DEMO, "run", "--linger", "--tasks", "tasks", "--journal", "journal")
                .withArguments("--workspace", "workspace")
                .withFile("config/agents.json", config(jdk))
                .withJvmOptions("-Dsession.ttl.http.port=0")
                .withEnvironment("CLAUDE_BIN", "")
                .withEnvironment("CLAUDE_CONFIG_DIR", folder.resolve("claude").toString())
                .withEnvironment("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0")
                .start(jdk));
    }

    private void dispatch(Watch host, String... agents) throws IOException {
        StringBuilder tasks = new StringBuilder();
        for (String agent : agents) {
            tasks.append(agent).append("\tWork off the inbox\n");
        }
        Files.writeString(folder.resolve("tasks"), tasks);
        host.untilItSays("queue empty: ");
    }

    /** Leaves a conversation where the CLI looks for it. */
    private void canBeResumed(String sessionId) throws IOException {
        String project = folder.resolve("workspace").toRealPath().toString().replaceAll("[^a-zA-Z0-9]", "-");
        Path projects = folder.resolve("claude").resolve("projects").resolve(project);
        Files.createDirectories(projects);
        Files.writeString(projects.resolve(sessionId + ".jsonl"), "{\"type\":\"user\"}\n");
    }

    private List<String> journal() throws IOException {
        return Files.readAllLines(folder.resolve("journal"));
    }
}
