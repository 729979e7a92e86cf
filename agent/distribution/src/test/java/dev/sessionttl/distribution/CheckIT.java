package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}: place, what, why, and what would be right. */
class CheckIT {
    private static final Path DEMO = Path.of(System.getProperty("demo.jar")).toAbsolutePath();
    private static final Path SHIPPED_CONFIG =
            DEMO.getParent().resolve("../../config/agents.json").normalize();

    @TempDir
    Path folder;

    @OnEachJdk
    void theShippedConfigFitsTheDemoOrchestratorAndItsTable(Jdk jdk) throws IOException {
        Database database = table();

        Host.Run run = check(Files.readString(SHIPPED_CONFIG), "--jar", DEMO.toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out())
                .contains("com.acme.orchestrator.SessionStore#find(String) is woven into"
                        + " com.acme.orchestrator.SessionStore#find(java.lang.String)\n")
                .contains("2 of 2 values are milliseconds")
                .contains("1 of 2 sessions would go now, as expired\n")
                .endsWith("0 errors, 1 warning\n")
                .doesNotContain("\u001b");
        assertThat(run.err()).isEmpty();
        assertThat(database.sessionIds()).containsExactly("old-id", "young-id");
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files).containsExactly(database.file());
        }
    }

    @OnEachJdk
    void aBrokenConfigIsToldByLineAndColumn(Jdk jdk) {
        Host.Run run = check("""
                {
                  "sessionTtl": {
                    "store": { "url": "jdbc:sqlite:data/none.db", "tabel": "x" },
                    "reads": [ { "at": "com.acme.Store.find", "key": "arg0" } ]
                  }
                }
                """).run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("config/agents.json:3:")
                .contains("sessionTtl.store.tabel")
                .contains("\"table\"")
                .contains("config/agents.json:4:")
                .contains("com.acme.Store#find")
                .contains("there is no such file");
        assertThat(run.err()).isEmpty();
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @OnEachJdk
    void aMisspeltPointcutIsToldWithTheNearestNames(Jdk jdk) {
        Host.Run run = check(
                        AgentsJson.ofTable()
                                .withRead("com.acme.orchestrator.SesionStore#find(String)", "key", "arg0")
                                .withRead("com.acme.orchestrator.SessionStore#fnd(String)", "key", "arg0")
                                .withFailure(
                                        "com.acme.orchestrator.ClaudeCli#resume(String, ..)",
                                        "sessionId",
                                        "arg0",
                                        "text",
                                        "arg7")
                                .toString(),
                        "--jar",
                        DEMO.toString())
                .run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("sessionTtl.reads[0]: com.acme.orchestrator.SesionStore#find(String) matches nothing in ")
                .contains("the nearest classes are com.acme.orchestrator.SessionStore")
                .contains("matched no method of com.acme.orchestrator.SessionStore\n"
                        + "          it has [com.acme.orchestrator.SessionStore#find(java.lang.String)]")
                .contains("sessionTtl.failures[0]: arg7: the method has only 2 parameters")
                .contains("3 errors");
    }

    /** As Spring Boot packs an application: its classes in a folder, its libraries as jars in the jar. */
    @OnEachJdk
    void jarsInAJarAreLookedThroughAndNothingOfTheHostIsRun(Jdk jdk) throws IOException {
        String store = """
                package com.acme.lib;

                public class Store {
                    static { System.out.println("loaded"); }

                    public String find(String agentId) { return null; }
                }
                """;
        Host.launchedBy(folder, "none").compile(folder.resolve("lib"), store);
        Host.launchedBy(folder, "none").compile(folder.resolve("app"), Programs.CLI);
        Path library = Archive.in(folder.resolve("lib.jar"), Map.of())
                .withFolder("", folder.resolve("lib"))
                .write();
        Path application = Archive.in(folder.resolve("app.jar"), Map.of())
                .withFolder("BOOT-INF/classes/", folder.resolve("app"))
                .withFile("BOOT-INF/lib/lib.jar", library)
                .write();

        Host.Run run = check(
                        AgentsJson.ofTable()
                                .withRead("com.acme.lib.Store#find", "sessionId", "return")
                                .withFailure("com.acme.ClaudeCli#run", "sessionId", "arg0")
                                .toString(),
                        "--json",
                        "--jar",
                        application.toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out())
                .startsWith("{\"version\":1,\"errors\":0,")
                .contains("is woven into com.acme.lib.Store#find(java.lang.String)\"")
                .contains("is woven into com.acme.ClaudeCli#run(java.lang.String)\"")
                .doesNotContain("loaded");
    }

    @OnEachJdk
    void aJarThatIsNotThereIsWrongUsage(Jdk jdk) {
        Host.Run run = check("{}", "--jar", "nope.jar").run(jdk);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).startsWith("there is no nope.jar");
    }

    private Database table() {
        return Database.in(folder)
                .withSession("old", "old-id", Duration.ofHours(25))
                .withSession("young", "young-id", Duration.ofHours(1));
    }

    private Host check(String config, String... arguments) {
        return Host.ofJar(folder, Host.agentJar(), "check")
                .withArguments(arguments)
                .withoutAgent()
                .withConfig(config);
    }
}
