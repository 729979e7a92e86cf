package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Every drop is a line, by which its row can be put back by hand. */
class AuditIT {
    private static final String HOST = """
            package com.acme;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    System.out.println("read " + new SessionStore().find("old"));
                    System.out.println("resumed " + new ClaudeCli().resume("dead-session-id"));
                }
            }
            """;

    @TempDir
    private Path folder;

    @OnEachJdk
    void eachDropIsWrittenWithItsKeyItsWholeIdAndWhereItWasDecided(Jdk jdk) throws Exception {
        Database database = Database.in(folder).withSession("dead", "dead-session-id", Duration.ofHours(1));
        host("\"sweepBudgetMs\": 2000", "logs/audit.jsonl")
                .withFile("logs/readme", "a folder that is there")
                .run(jdk)
                .succeeded();
        database.withSession("swept", "session-of-the-sweep", Duration.ofHours(26));
        Host.Run run =
                host("\"sweepBudgetMs\": 2000", "logs/audit.jsonl").run(jdk).succeeded();

        Path audit = folder.resolve("logs/audit.jsonl");
        List<String> lines = Files.readAllLines(audit);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains("\"key\":{\"agent_id\":\"dead\"},\"sessionId\":\"dead-session-id\"")
                .contains("\"reason\":\"refused\",\"site\":\"com.acme.ClaudeCli#run(java.lang.String)\"");
        assertThat(lines.get(1))
                .contains("\"key\":{\"agent_id\":\"swept\"},\"sessionId\":\"session-of-the-sweep\"")
                .containsPattern("\"lastUsed\":\\d{13},\"lastUsedAt\":\"\\S+Z\",\"ageMillis\":936\\d{5},")
                .endsWith("\"reason\":\"expired\",\"site\":\"sweep\"}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(audit)))
                .isEqualTo("rw-------");
        assertThat(run.err()).doesNotContain("session-of-the-sweep");
    }

    @OnEachJdk
    void aReadTellsItsSite(Jdk jdk) throws Exception {
        Database.in(folder).withSession("old", "expired-session-id", Duration.ofHours(25));

        host("\"sweepBudgetMs\": 0, \"maxSweepFraction\": 0.001", "audit.jsonl")
                .run(jdk)
                .succeeded();

        assertThat(Files.readString(folder.resolve("audit.jsonl")))
                .contains("\"sessionId\":\"expired-session-id\"")
                .contains("\"site\":\"com.acme.SessionStore#find(java.lang.String)\"");
    }

    @OnEachJdk
    void whatCannotBeWrittenIsCountedAndDroppedAllTheSame(Jdk jdk) throws Exception {
        Database database = Database.in(folder).withSession("old", "expired-session-id", Duration.ofHours(25));

        Host.Run run = host("\"sweepBudgetMs\": 2000", "no/such/folder/audit.jsonl")
                .run(jdk)
                .succeeded();

        assertThat(database.sessionIds()).isEmpty();
        assertThat(run.agentLines())
                .anyMatch(line -> line.contains("'audit' failed") && line.contains("no/such/folder"));
    }

    @OnEachJdk
    void theDatabaseIsNoAuditLog(Jdk jdk) throws Exception {
        Database database = Database.in(folder).withSession("old", "expired-session-id", Duration.ofHours(25));
        Files.createSymbolicLink(folder.resolve("audit.jsonl"), database.file());

        Host.Run run = host("\"sweepBudgetMs\": 2000", "audit.jsonl").run(jdk).succeeded();

        assertThat(run.agentLines()).anyMatch(line -> line.contains("sessionTtl.audit: audit.jsonl is a database"));
        assertThat(database.sessionIds()).isEmpty();
    }

    private Host host(String store, String audit) {
        return Host.of(folder, HOST, Programs.STORE, Programs.CLI)
                .withSqlite()
                .withConfig(AgentsJson.ofTable()
                        .withStore(store)
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .withFailure("com.acme.ClaudeCli#run(String)", "sessionId", "arg0")
                        .withAudit(audit)
                        .toString());
    }
}
