package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A Java runtime that {@code jlink} made for one host has few of the JDK's modules. */
@EnabledOnOs(OS.LINUX)
class LinkedRuntimeIT {
    private static final String NO_DATABASE = """
            package com.acme;

            public class Main {
                public static void main(String[] args) {
                    System.out.println(find("a"));
                }

                static String find(String agent) { return "id-of-" + agent; }
            }
            """;

    private static final String NO_STORE = """
            {
              "sessionTtl": {
                "store": "none",
                "reads": [ { "at": "com.acme.Main#find(String)", "sessionId": "return" } ]
              }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void ofTheJdkTheAgentNeedsNoMoreThanTwoModules(Jdk jdk) {
        Jdk runtime = jdk.linked(folder.resolve("runtime"), "java.instrument,java.sql");
        Database database = Acme.database(folder);
        Host host = Host.of(folder, Acme.with(Acme.MAIN))
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());

        Host.Run run = Acme.servedBy(host.start(runtime), 1);

        assertThat(run.out()).isEqualTo(Acme.SERVED + "copies of SQLite: 1\ndone\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
        assertThat(command(runtime, "check").run(runtime).succeeded().out()).contains("\n0 errors, ");
        assertThat(command(runtime, "status", "--url", "http://127.0.0.1:1")
                        .run(runtime)
                        .err())
                .contains("http://127.0.0.1:1 cannot be reached");
        assertThat(command(runtime, "status", "1").run(runtime).err())
                .isEqualTo("the Java runtime in " + runtime.home()
                        + " lacks the module java.management.rmi; run this command with the java of a JDK\n");
        Compatibility.proven(
                jdk, "A runtime of jlink", "served; it has java.instrument and java.sql, and what these need");
    }

    @OnEachJdk
    void whichModuleIsMissingIsSaidInOneLineAndTheHostRuns(Jdk jdk) {
        Jdk runtime = jdk.linked(folder.resolve("runtime"), "java.instrument");
        Host host = Host.of(folder, NO_DATABASE).withConfig(NO_STORE);
        String missing = "the Java runtime in " + runtime.home() + " lacks java.sql.SQLException; link it with the"
                + " modules java.instrument and java.sql, or run a command with the java of a JDK\n";

        Host.Run run = host.run(runtime).succeeded();
        Host.Run check = command(runtime, "check").withConfig(Acme.config()).run(runtime);

        assertThat(run.out()).isEqualTo("id-of-a\n");
        assertThat(run.err())
                .isEqualTo("[session-ttl] WARN the agent did not start, the host runs without it: " + missing);
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.err()).isEqualTo("[session-ttl] WARN the command failed: " + missing);
    }

    private Host command(Jdk runtime, String... words) {
        Host command = Host.ofJar(folder, Host.agentJar(), words).withoutAgent();
        return command.withJvmOptions(runtime.nativeAccess());
    }
}
