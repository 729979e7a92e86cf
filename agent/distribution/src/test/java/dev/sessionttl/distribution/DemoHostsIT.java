package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.DemoHost;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small applications of every shape that orchestrators have, each with the flaw that it keeps a dead id, and with a config of
 * its own. The ids are those that the host was given and stored itself; what it resumed, the CLI tells.
 */
@EnabledOnOs(OS.LINUX)
class DemoHostsIT {
    @TempDir
    Path folder;

    @OnEachJdk
    void springBootWithJpaAndHikariForgetsTheIdAndKeepsTheRow(Jdk jdk) {
        DemoHost host = start(jdk, "spring-boot-jpa-hikari");
        Database database = new Database(folder.resolve("helpdesk.db"));

        assertServed(
                host,
                database,
                "UPDATE conversations SET updated_at = updated_at - 90000000 WHERE ticket = 'old'",
                "SELECT session_id FROM conversations");

        assertThat(database.query("SELECT title FROM conversations")).containsExactly("first", "first", "first");
        Compatibility.proven(
                jdk,
                "Spring Boot " + host.versionOf("spring-boot") + ", Hibernate " + host.versionOf("hibernate-core")
                        + ", HikariCP " + host.versionOf("HikariCP"),
                "served; the row stays, without its id");
    }

    @OnEachJdk
    void springBootWithJdbcTemplateAndFailuresThatShowInAResultObjectOnly(Jdk jdk) {
        DemoHost host = start(jdk, "spring-boot-jdbctemplate-result-object");

        assertServed(
                host,
                new Database(folder.resolve("reviews.db")),
                "UPDATE review_sessions SET last_used_at = datetime(last_used_at, '-25 hours') WHERE project = 'old'",
                "SELECT claude_session_id FROM review_sessions");

        Compatibility.proven(
                jdk,
                "Spring Boot " + host.versionOf("spring-boot") + ", JdbcTemplate",
                "served; refusals are seen in a result object alone");
    }

    @OnEachJdk
    void reactorWithRefusalsThatTheHostNeverReads(Jdk jdk) {
        DemoHost host = start(jdk, "reactor");

        assertServed(
                host,
                new Database(folder.resolve("triage.db")),
                "UPDATE sessions SET last_active = last_active - 90000 WHERE service = 'old'",
                "SELECT session_id FROM sessions");

        Compatibility.proven(
                jdk,
                "Reactor " + host.versionOf("reactor-core"),
                "served; refusals are seen at processes whose output is not read");
    }

    /** Where no process is watched, the error signal of a run is all there is. */
    @OnEachJdk
    void reactorWithRefusalsThatAreSeenInAnErrorSignalAlone(Jdk jdk) throws IOException {
        Path config = Files.writeString(folder.resolve("agents.json"), """
                {
                  "sessionTtl": {
                    "store": { "url": "jdbc:sqlite:triage.db", "table": "sessions", "key": "service", "lastUsedAt": "last_active" },
                    "reads": [ { "at": "com.acme.triage.SessionStore#find(String)", "key": "arg0" } ],
                    "failures": [
                      {
                        "at": "com.acme.triage.Claude#resume(String, String)",
                        "sessionId": "arg0",
                        "matches": "claude exited with 1"
                      }
                    ]
                  }
                }
                """);

        assertServed(
                DemoHost.start(jdk, "reactor", folder, config),
                new Database(folder.resolve("triage.db")),
                "UPDATE sessions SET last_active = last_active - 90000 WHERE service = 'old'",
                "SELECT session_id FROM sessions");
    }

    @OnEachJdk
    void theUnmodifiedClaudeCodeSdkInAHostThatWritesDeadIdsBack(Jdk jdk) {
        DemoHost host = start(jdk, "claude-code-sdk");

        assertServed(
                host,
                new Database(folder.resolve("inbox.db")),
                "UPDATE mail_sessions SET last_used_at = strftime('%Y-%m-%dT%H:%M:%SZ', last_used_at, '-25 hours')"
                        + " WHERE sender = 'old'",
                "SELECT session_id FROM mail_sessions");

        Compatibility.proven(
                jdk,
                "org.springaicommunity:claude-code-sdk " + host.versionOf("claude-code-sdk"),
                "served, as released; refusals are seen at its processes");
    }

    @OnEachJdk
    void kotlinCoroutinesWithSessionsInMemory(Jdk jdk) {
        long maxAgeMillis = 8_000;
        DemoHost host = start(
                jdk,
                "kotlin-coroutines-in-memory",
                "-Dsession.ttl.maxSessionAgeMs=" + maxAgeMillis,
                "-Dsession.ttl.store.observedFile=" + folder.resolve("observed.db"));
        assertTheLiveIsResumedAndTheDeadRefusedOnce(host);

        String old = host.dispatch("old first");
        String used = host.dispatch("used first");
        long began = System.nanoTime();
        for (int turn = 0; System.nanoTime() - began <= maxAgeMillis * 1_000_000; turn++) {
            assertThat(host.dispatch("used turn " + turn)).as("it is in use").isEqualTo(used);
        }

        assertThat(host.dispatch("old second")).isNotEqualTo(old);
        assertThat(host.resumesOf(old)).as("resumes of the expired id").isZero();
        assertThat(host.metrics().valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertCountedOnceAndEnded(host);
        Compatibility.proven(
                jdk,
                "Kotlin coroutines " + host.versionOf("kotlinx-coroutines-core-jvm") + ", sessions in memory",
                "served; an id's age is what was seen of it, and an expired or dead one is withheld");
    }

    /** The host with the config that lies beside it. */
    DemoHost start(Jdk jdk, String shape, String... jvmOptions) {
        return DemoHost.start(jdk, shape, folder, jvmOptions);
    }

    /**
     * @param ageing makes the session of "old" older than a day, as the host writes times
     * @param ids reads those that are stored
     */
    private static void assertServed(DemoHost host, Database database, String ageing, String ids) {
        String old = host.dispatch("old first");
        database.execute(ageing);

        assertThat(host.dispatch("old second")).isNotEqualTo(old);
        assertThat(host.resumesOf(old)).as("resumes of the expired id").isZero();
        String dead = assertTheLiveIsResumedAndTheDeadRefusedOnce(host);
        assertThat(host.metrics().valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertCountedOnceAndEnded(host);
        assertThat(database.query(ids)).hasSize(3).doesNotContain(old, dead);
    }

    /** Gives the dead id. */
    private static String assertTheLiveIsResumedAndTheDeadRefusedOnce(DemoHost host) {
        String young = host.dispatch("young first");
        String dead = host.dispatch("dead first");
        host.lose(dead);

        assertThat(host.dispatch("young second")).isEqualTo(young);
        Stream.of("dead second", "dead third", "dead fourth").forEach(host::dispatch);

        assertThat(host.resumesOf(young)).as("resumes of the live id").isEqualTo(1);
        assertThat(host.resumesOf(dead)).as("resumes of the dead id").isEqualTo(1);
        return dead;
    }

    private static void assertCountedOnceAndEnded(DemoHost host) {
        Metrics metrics = host.metrics();
        host.end();
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_resume_unclassified_total")).isZero();
        assertThat(metrics.failedOpen()).isZero();
    }
}
