package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;

/** A config or an agent that is broken costs the host nothing but the agent (laws 3 and 6). */
class BrokenAgentIT {
    private static final String HOST = """
            package com.acme;

            public class Orchestrator {
                public static void main(String[] args) {
                    Orchestrator host = new Orchestrator();
                    System.out.println(host.find("old") + " " + host.find("young"));
                    System.exit(7);
                }

                public String find(String agentId) {
                    return agentId + "-id";
                }
            }
            """;

    private static final String AS_WITHOUT_AGENT = "old-id young-id\n";
    private static final String CONFIG = AgentsJson.ofTable()
            .withRead("com.acme.Orchestrator#find(String)", "key", "arg0")
            .toString();

    @TempDir
    Path folder;

    @OnEachJdk
    void everythingThatIsWrongInAConfigIsToldAtOnceWithItsPlaceAndTheRestOfItWorks(Jdk jdk) {
        table();

        Host.Run run = host(jdk).withConfig("""
                        {
                          "MAX_SESSION_AGE_MS": "a day",
                          "sessionTtl": {
                            "store": { "url": "jdbc:sqlite:data/orchestrator.db", "sweepBudgetMs": 0, "tabel": "sessions" },
                            "reads": [
                              { "at": "com.acme.NoSuchClass#find(String)", "key": "arg0" },
                              { "at": "com.acme.Orchestrator.find", "key": "arg0" },
                              { "at": "com.acme.Orchestrator#find(String)", "key": "argument" },
                              { "at": "com.acme.Orchestrator#find(String)", "key": "arg0" }
                            ],
                            "failures": [ { "at": "com.acme.Orchestrator#find", "matches": "(" } ]
                          }
                        }
                        """).run(jdk);

        assertThat(run.exit()).isEqualTo(7);
        assertThat(run.out()).isEqualTo("null young-id\n");
        assertThat(run.hostLines()).isEmpty();
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN ")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN config/agents.json:2:25 MAX_SESSION_AGE_MS: \"a day\""),
                        line -> assertThat(line)
                                .startsWith("WARN config/agents.json:4:79 sessionTtl.store.tabel: ")
                                .contains("did you mean \"table\"?"),
                        line -> assertThat(line)
                                .startsWith("WARN config/agents.json:11:68 sessionTtl.failures[0].matches: ")
                                .contains("not a regular expression"),
                        line -> assertThat(line)
                                .startsWith("WARN config/agents.json:7:7 sessionTtl.reads[1]: ")
                                .contains("com.acme.Orchestrator#find"),
                        line -> assertThat(line)
                                .startsWith("WARN config/agents.json:8:7 sessionTtl.reads[2]: ")
                                .contains("did you mean arg0?"));
    }

    @OnEachJdk
    void aConfigThatIsNoJsonOrNotThereIsOneLineAndTheHostRuns(Jdk jdk) {
        table();

        Host.Run missing = host(jdk).run(jdk);
        Host.Run noJson =
                host(jdk).withConfig("{ \"sessionTtl\": { \"store\" }").run(jdk);

        assertThat(List.of(missing, noJson)).allSatisfy(BrokenAgentIT::ranWithoutAgent);
        assertThat(missing.agentLines().get(0)).startsWith("WARN config/agents.json: the file does not exist; ");
        assertThat(noJson.agentLines().get(0)).startsWith("WARN config/agents.json:1:27: the file is not JSON: ");
    }

    @OnEachJdk
    void anAgentThatCannotStartIsOneLineAndTheHostRuns(Jdk jdk) throws IOException {
        table();
        Path incomplete = damaged("incomplete.jar", "dev/sessionttl/engine/store/JdbcTable", null);
        Path corrupt = damaged("corrupt.jar", "dev/sessionttl/engine/Engine", new byte[] {1, 2, 3});

        Host.Run first = attached(jdk, incomplete).run(jdk);
        Host.Run second = attached(jdk, corrupt).run(jdk);
        Host.Run silent =
                attached(jdk, corrupt).withJvmOptions("-Dsession.ttl.log=off").run(jdk);

        assertThat(List.of(first, second)).allSatisfy(run -> {
            ranWithoutAgent(run);
            assertThat(run.agentLines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN the agent did not start, the host runs without it: ");
        });
        ranWithoutAgent(silent);
        assertThat(silent.agentLines()).isEmpty();
    }

    @OnEachJdk
    void anAgentThatBreaksWhereItWeavesLeavesTheHostAsItIs(Jdk jdk) throws IOException {
        table();

        Host.Run run = attached(jdk, damaged("no-code.jar", "dev/sessionttl/engine/weaving/DoorCode", null))
                .run(jdk);

        ranWithoutAgent(run);
        assertThat(run.agentLines())
                .anySatisfy(line ->
                        assertThat(line).startsWith("WARN ").contains("com.acme.Orchestrator", "could not be woven"));
    }

    @OnEachJdk
    void anAgentThatBreaksInTheMiddleOfAReadErasesNoSession(Jdk jdk) throws IOException {
        Database database = table();

        Host.Run onEnter = attached(jdk, damaged("no-values.jar", "dev/sessionttl/engine/store/TableConnection", null))
                .run(jdk);
        Host.Run onExit = attached(jdk, damaged("no-text.jar", "dev/sessionttl/engine/callsite/TextForm", null))
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Orchestrator#find(String)", "sessionId", "return")
                        .toString())
                .run(jdk);

        assertThat(List.of(onEnter, onExit)).allSatisfy(run -> {
            ranWithoutAgent(run);
            assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN the host is left as it is")))
                    .as("one cause, said once: %s", run.err())
                    .hasSize(1);
        });
        assertThat(database.sessionIds()).containsExactly("old-id", "young-id");
    }

    private static void ranWithoutAgent(Host.Run run) {
        assertThat(run.exit()).as(run.err()).isEqualTo(7);
        assertThat(run.out()).isEqualTo(AS_WITHOUT_AGENT);
        assertThat(run.hostLines()).isEmpty();
    }

    private Database table() {
        return Database.in(folder)
                .withSession("old", "old-id", Duration.ofHours(25))
                .withSession("young", "young-id", Duration.ofHours(1));
    }

    private Host host(Jdk jdk) {
        return Host.of(folder, HOST).withJvmOptions(jdk.nativeAccess());
    }

    private Host attached(Jdk jdk, Path agentJar) {
        return host(jdk).withConfig(CONFIG).withoutAgent().withJvmOptions("-javaagent:" + agentJar);
    }

    /** A copy of the agent's jar that lacks a class of the engine, or has other bytes in its place. */
    private Path damaged(String name, String engineClass, byte[] instead) throws IOException {
        Path copy = Files.copy(Host.agentJar(), folder.resolve(name));
        try (FileSystem jar = FileSystems.newFileSystem(copy)) {
            Path alone = jar.getPath("engine/" + engineClass + ".classdata");
            if (Files.exists(alone)) {
                Files.delete(alone);
            } else {
                leaveOut(engineClass.replace('/', '.'), jar.getPath("engine/start.zip"));
            }
            if (instead != null) {
                Files.write(alone, instead);
            }
        }
        return copy;
    }

    private static void leaveOut(String file, Path zip) throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        boolean found = false;
        try (ZipInputStream from = new ZipInputStream(Files.newInputStream(zip));
                ZipOutputStream to = new ZipOutputStream(rest)) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                if (entry.getName().equals(file)) {
                    found = true;
                } else {
                    to.putNextEntry(new ZipEntry(entry));
                    from.transferTo(to);
                }
            }
        }
        assertThat(found).as(file).isTrue();
        Files.write(zip, rest.toByteArray());
    }
}
