package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code attach PID}: into a host whose classes are loaded, and whose connections are open. */
class AttachIT {
    private static final String HOST = """
            package com.acme;

            import java.sql.*;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    Connection held = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                    held.createStatement().executeQuery("SELECT count(*) FROM agent_sessions").next();
                    SessionStore store = new SessionStore();
                    ClaudeCli cli = new ClaudeCli();
                    System.out.println("before " + store.find("old") + " " + cli.resume("dead-id"));
                    System.out.println("ready");
                    System.in.read();
                    System.out.println("old " + store.find("old") + " young " + store.find("young") + " dead " + store.find("dead"));
                    System.out.println("dead " + cli.resume("dead-id") + " " + store.find("dead"));
                    System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                    System.out.println("served");
                    System.in.read();
                    held.close();
                    System.out.println("still open: " + ThisProcess.descriptorsOnTheDatabase());
                }
            }
            """;

    private static final String SERVED = """
            before Optional[stale-id] false
            ready
            old Optional.empty young Optional[live-id] dead Optional[dead-id]
            dead false Optional.empty
            copies of SQLite: 1
            served
            still open: 0
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void aHostThatRunsAlreadyIsServedThroughItsOwnDriver(Jdk jdk) throws IOException {
        Database database = table();
        Host.Running host = host(jdk).start(jdk).awaitOut("ready\n");

        Host.Run attach = command("attach", pidOf(host)).run(jdk);
        goOn(host);
        Metrics metrics = host.awaitOut("served\n").metrics();
        goOn(host);
        Host.Run run = host.waitFor().succeeded();

        assertThat(attach.succeeded().out())
                .startsWith("process " + host.process().pid() + ", JDK " + jdk.feature() + ": attached: watching 2"
                        + " pointcuts, woven into 2 methods so far");
        assertThat(attach.err()).isEmpty();
        assertThat(run.out()).isEqualTo(SERVED);
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}")
                        + metrics.valueOf("claude_session_expired_total{reason=\"sweep\"}"))
                .isEqualTo(1);
        assertThat(metrics.failedOpen()).isZero();
        assertThat(database.sessionIds()).containsExactly("live-id");
        tellsOfTheWarning(jdk, attach, run);
    }

    private static void tellsOfTheWarning(Jdk jdk, Host.Run attach, Host.Run run) {
        if (jdk.feature() < 21) {
            assertThat(run.hostLines()).isEmpty();
            assertThat(attach.out()).doesNotContain("EnableDynamicAgentLoading");
        } else {
            assertThat(run.hostLines()).anyMatch(line -> line.contains("agent has been loaded dynamically"));
            assertThat(attach.out()).contains("-XX:+EnableDynamicAgentLoading");
        }
    }

    @OnEachJdk
    void anAgentThatIsAttachedTwiceStaysOneWhateverJarItComesFrom(Jdk jdk) throws IOException {
        table();
        Path copy = Files.copy(Host.agentJar(), folder.resolve("another.jar"));
        Host.Running host = host(jdk).start(jdk).awaitOut("ready\n");

        command("attach", pidOf(host)).run(jdk).succeeded();
        Host.Run second = Host.ofJar(folder, copy, "attach", pidOf(host))
                .withoutAgent()
                .run(jdk)
                .succeeded();
        goOn(host);
        host.awaitOut("served\n");
        goOn(host);
        Host.Run run = host.waitFor().succeeded();

        assertThat(second.out()).contains("attached already; this second agent changes nothing");
        assertThat(run.out()).startsWith(SERVED.substring(0, SERVED.indexOf("copies")));
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("attached already")))
                .hasSize(1);
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("attached: ")))
                .hasSize(1);
    }

    @OnEachJdk
    void anAgentOfTheCommandLineIsNotJoinedByAnAttachedOne(Jdk jdk) throws IOException {
        table();
        Host.Running host = host(jdk).withAgent().start(jdk).awaitOut("ready\n");

        Host.Run attach = command("attach", pidOf(host)).run(jdk).succeeded();
        goOn(host);
        host.awaitOut("served\n");
        goOn(host);
        Host.Run run = host.waitFor().succeeded();

        assertThat(attach.out()).contains("attached already; this second agent changes nothing");
        assertThat(run.agentLines().stream().filter(line -> line.contains("watching 2 pointcuts")))
                .hasSize(1);
    }

    @OnEachJdk
    void aConfigThatSaysNothingAttachesNothingAndAnotherMayFollow(Jdk jdk) throws IOException {
        table();
        Host.Running host = host(jdk)
                .withFile("empty.json", "{ \"sessionTtl\": {} }")
                .start(jdk)
                .awaitOut("ready\n");

        Host.Run nothing = command("attach", pidOf(host), "empty.json").run(jdk);
        Host.Run then = command("attach", pidOf(host)).run(jdk).succeeded();
        goOn(host);
        host.awaitOut("served\n");
        goOn(host);

        assertThat(nothing.exit()).isEqualTo(1);
        assertThat(nothing.out()).contains("no store.url in " + folder.resolve("empty.json"));
        assertThat(then.out()).contains("attached: ");
        assertThat(host.waitFor().succeeded().out()).startsWith(SERVED.substring(0, SERVED.indexOf("copies")));
    }

    /** Until then nothing is touched: the agent's own copy would be the second one a moment later. */
    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void aHostThatLoadsItsDriverLaterIsServedFromThenOn(Jdk jdk) throws IOException {
        table();
        String late = """
                package com.acme;

                public class Late {
                    public static void main(String[] args) throws Exception {
                        System.out.println("ready");
                        System.in.read();
                        SessionStore store = new SessionStore();
                        System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                        store.find("old");
                        System.out.println("old " + store.find("old") + " young " + store.find("young"));
                        System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                    }
                }
                """;
        Host.Running host = Host.of(folder, late, Programs.STORE, Programs.PROCESS)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withoutAgent()
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("ready\n");

        command("attach", pidOf(host)).run(jdk).succeeded();
        goOn(host);
        Host.Run run = host.waitFor().succeeded();

        assertThat(run.out()).isEqualTo("""
                ready
                copies of SQLite: 0
                old Optional.empty young Optional[live-id]
                copies of SQLite: 1
                """);
        assertThat(run.agentLines()).anyMatch(line -> line.startsWith("the host has no SQLite driver in use"));
    }

    /** To attach means a SIGQUIT first, which ends what is no JVM. */
    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void aProcessThatIsNoJvmIsLeftAlone(Jdk jdk) throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Host.Run attach = command("attach", String.valueOf(other.pid())).run(jdk);

            assertThat(attach.exit()).isEqualTo(1);
            assertThat(attach.err())
                    .startsWith("process " + other.pid() + " is no JVM")
                    .hasLineCount(1);
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
        Host.Run gone = command("attach", String.valueOf(other.pid())).run(jdk);

        assertThat(gone.exit()).isEqualTo(1);
        assertThat(gone.err()).startsWith("there is no process " + other.pid()).hasLineCount(1);
    }

    @OnEachJdk
    void aPidThatIsNoneIsWrongUsage(Jdk jdk) {
        for (List<String> arguments : List.of(List.of("attach"), List.of("attach", "orchestrator"))) {
            assertThat(command(arguments.toArray(String[]::new)).run(jdk).exit())
                    .isEqualTo(2);
        }
    }

    private Database table() {
        return Database.in(folder, "PRAGMA journal_mode = WAL")
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1))
                .withSession("dead", "dead-id", Duration.ofHours(1));
    }

    private Host host(Jdk jdk) {
        return Host.of(folder, HOST, Programs.STORE, Programs.CLI, Programs.PROCESS)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withoutAgent()
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .withFailure("com.acme.ClaudeCli#run(String)", "sessionId", "arg0")
                        .toString());
    }

    private Host command(String... arguments) {
        return Host.ofJar(folder, Host.agentJar(), arguments).withoutAgent();
    }

    private static String pidOf(Host.Running host) {
        return String.valueOf(host.process().pid());
    }

    private static void goOn(Host.Running host) throws IOException {
        OutputStream in = host.process().getOutputStream();
        in.write('\n');
        in.flush();
    }
}
