package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** What a host prints and how it ends is the same with the agent, at work on all it can do, as without it (law 3). */
class HostIntactIT {
    private static final String MAIN = """
            package com.acme;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("the hook ran")));
                    java.sql.DriverManager.drivers().forEach(driver -> System.out.println(driver.getClass().getName()));
                    System.out.println("young=" + new SessionStore().find("young"));
                    System.err.println("a word of the host's own");
                    System.in.read();
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.isAlive() && !thread.isDaemon())
                            .map(thread -> "keeps the JVM alive: " + thread.getName())
                            .sorted()
                            .forEach(System.out::println);
                    switch (args[0]) {
                        case "exits" -> System.exit(3);
                        case "throws" -> throw new IllegalStateException("nobody catches it");
                        default -> System.out.println("the end of main");
                    }
                }
            }
            """;

    private static final String STORE = """
            package com.acme;

            import java.sql.*;
            import java.util.Optional;

            public class SessionStore {
                public Optional<String> find(String agentId) throws SQLException {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            PreparedStatement select = connection.prepareStatement(
                                    "SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    private static final Pattern METRICS_ARE_SERVED = Pattern.compile("metrics at ");

    @TempDir
    Path folder;

    @OnEachJdk
    void aMainThatReturnsEndsTheJvm(Jdk jdk) {
        Host.Run run = sameWithTheAgentAndItsServer(jdk, "returns");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("the end of main").endsWith("the hook ran\n");
        assertThat(run.out()).containsOnlyOnce("keeps the JVM alive: ").contains("keeps the JVM alive: main");
    }

    @OnEachJdk
    void aHostThatExitsWithACodeExitsWithThatCode(Jdk jdk) {
        Host.Run run = sameWithTheAgentAndItsServer(jdk, "exits");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).endsWith("the hook ran\n");
    }

    @OnEachJdk
    void anExceptionThatNobodyCatchesEndsTheHostAsEver(Jdk jdk) {
        Host.Run run = sameWithTheAgentAndItsServer(jdk, "throws");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.hostLines())
                .contains("Exception in thread \"main\" java.lang.IllegalStateException: nobody catches it");
    }

    @OnEachJdk
    void anAgentWhoseLogIsOffSaysNothingAtAll(Jdk jdk) {
        Host host = host(jdk, "exits");
        Host.Run before = host.withoutAgent().run(jdk);

        Host.Run after = host.withAgent()
                .withJvmOptions("-Dsession.ttl.log=off", "-Dsession.ttl.noSuchSetting=1")
                .run(jdk);

        assertThat(after).isEqualTo(before);
    }

    private Host.Run sameWithTheAgentAndItsServer(Jdk jdk, String fate) {
        Host host = host(jdk, fate);
        Host.Run before = host.withoutAgent().run(jdk);

        Host.Running running = host.withAgent().start(jdk);
        running.awaitErr(METRICS_ARE_SERVED);
        Host.Run after = running.waitFor();

        assertThat(after.exit()).isEqualTo(before.exit());
        assertThat(after.out()).isEqualTo(before.out());
        assertThat(after.hostLines()).isEqualTo(before.hostLines());
        assertThat(after.agentLines()).isNotEmpty();
        return after;
    }

    private Host host(Jdk jdk, String fate) {
        Database.in(folder)
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
        return Host.of(folder, MAIN, STORE)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withArguments(fate)
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .toString());
    }
}
