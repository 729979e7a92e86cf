package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Resumes are seen at the processes in which they run, with no site in the config, and nothing else of a process changes. */
class ProcessIT {
    private static final String FAILURES = "claude_session_resume_failures_total";
    private static final String UNCLASSIFIED = "claude_session_resume_unclassified_total";

    /** Refuses the ids that begin with d, answers the others, and says on both streams what it was asked. */
    private static final String CLAUDE = """
            #!/bin/sh
            id=none
            while [ $# -gt 0 ]; do
              case $1 in --resume) id=$2; shift ;; esac
              shift
            done
            cat >/dev/null
            case $id in
              d*) echo "No conversation found with session ID: $id" >&2; exit 1 ;;
              *) echo "answer to $id"; echo "note on $id" >&2 ;;
            esac
            """;

    private static final String STARTS = """
            package com.acme;

            import java.io.*;
            import java.nio.file.*;
            import java.util.*;
            import java.util.concurrent.*;

            public class Starts {
                static final String CLAUDE = Path.of("claude").toAbsolutePath().toString();

                interface Way { String taken(String id) throws Exception; }

                static ProcessBuilder resume(String id) { return new ProcessBuilder(CLAUDE, "-p", "--resume", id); }

                static String both(Process process) throws Exception {
                    process.getOutputStream().close();
                    String out = new String(process.getInputStream().readAllBytes()) + new String(process.getErrorStream().readAllBytes());
                    return process.waitFor() + " " + out.replace("\\n", "; ");
                }

                static void take(String name, Way way) {
                    for (String id : List.of("d-" + name, "l-" + name)) {
                        try {
                            System.out.println(name + ": " + way.taken(id));
                        } catch (Exception failure) {
                            System.out.println(name + ": " + failure);
                        }
                    }
                }

                public static void main(String[] args) throws Exception {
                    System.out.println("plain: " + both(new ProcessBuilder("echo", "hello").start()));
                    take("start", id -> both(resume(id).start()));
                    take("exec", id -> both(Runtime.getRuntime().exec(new String[] {CLAUDE, "--resume", id})));
                    take("shell", id -> both(new ProcessBuilder("sh", "-c", CLAUDE + " -p --resume " + id + " 'go on'").start()));
                    take("merged", id -> both(resume(id).redirectErrorStream(true).start()));
                    take("inherited", id -> resume(id).inheritIO().redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start().waitFor() + "");
                    take("unread", id -> {
                        Process process = resume(id).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
                        return process.waitFor() + " " + process.getErrorStream().available();
                    });
                    take("file", id -> resume(id).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(new File("out.txt")).redirectError(new File("err.txt")).start().waitFor() + " " + Files.readString(Path.of("err.txt")).trim());
                    take("reader", id -> {
                        Process process = resume(id).start();
                        process.getOutputStream().close();
                        Future<List<String>> lines = CompletableFuture.supplyAsync(() -> process.errorReader().lines().toList());
                        return process.waitFor(10, TimeUnit.SECONDS) + " " + lines.get();
                    });
                    take("later", id -> {
                        Process process = resume(id).start();
                        process.getOutputStream().close();
                        return process.onExit().thenApply(Process::exitValue).get() + " " + (process.onExit().get() == process);
                    });
                    take("pipeline", id -> {
                        List<Process> processes = ProcessBuilder.startPipeline(List.of(new ProcessBuilder("echo", "go on"), resume(id)));
                        return both(processes.get(1));
                    });
                    Set<Long> pids = new HashSet<>();
                    take("handle", id -> {
                        Process process = resume(id).start();
                        pids.add(process.pid());
                        process.getOutputStream().close();
                        return process.toHandle().onExit().get().isAlive() + " " + process.toHandle().equals(ProcessHandle.of(process.pid()).orElse(process.toHandle()));
                    });
                    System.out.println("pids " + pids.size());
                    System.out.println("threads " + Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("session-ttl")).count());
                    System.out.println("done");
                    System.in.read();
                }
            }
            """;

    private static final List<String> WAYS =
            List.of("start", "exec", "shell", "merged", "unread", "file", "reader", "later", "pipeline", "handle");

    @TempDir
    Path folder;

    @OnEachJdk
    void aRefusalIsSeenHoweverTheHostStartsItsProcess(Jdk jdk) {
        Database database = Database.in(folder);
        for (String way : WAYS) {
            database.withSession("dead " + way, "d-" + way, Duration.ofHours(1));
            database.withSession("live " + way, "l-" + way, Duration.ofHours(1));
        }
        database.withSession("dead inherited", "d-inherited", Duration.ofHours(1));
        Host host = Host.of(folder, STARTS).withJvmOptions(jdk.nativeAccess()).withExecutable("claude", CLAUDE);
        Host.Run bare =
                host.withoutAgent().start(jdk).awaitOut("done").waitFor().succeeded();

        Host.Running running = host.withAgent()
                .withJvmOptions("-Dsession.ttl.log=debug")
                .withConfig(AgentsJson.ofTable().withHttp().withProcesses("").toString())
                .start(jdk)
                .awaitOut("done");
        // Both are noticed by the agent alone, a moment later.
        running.awaitErr(Pattern.compile("dropped session d-handle"));
        running.awaitErr(Pattern.compile("session d-inheri\\S* ended badly"));
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(withoutThreads(run.out())).isEqualTo(withoutThreads(bare.out()));
        assertThat(run.hostLines()).containsAll(bare.hostLines());
        assertThat(run.out())
                .as("the background's and the page's, none for a process")
                .contains("threads 2\n");
        assertThat(database.sessionIds())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(WAYS.stream().map(way -> "l-" + way), Stream.of("d-inherited"))
                                .toList());
        assertThat(metrics.valueOf(FAILURES)).isEqualTo(WAYS.size());
        assertThat(metrics.valueOf(UNCLASSIFIED))
                .as("a terminal of the host's own cannot be heard")
                .isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_resume_failure_seconds_sum")).isPositive();
    }

    @OnEachJdk
    void whatIsStaleIsRefusedOrBegunAfreshWhereTheConfigSaysSo(Jdk jdk) {
        String program = """
                package com.acme;

                import java.nio.file.*;

                public class Acts {
                    public static void main(String[] args) throws Exception {
                        String claude = Path.of("claude").toAbsolutePath().toString();
                        for (String id : new String[] {"expired", "fresh", "dead", "dead"}) {
                            ProcessBuilder builder = new ProcessBuilder(claude, "-p", "--resume", id);
                            try {
                                Process process = builder.start();
                                process.getOutputStream().close();
                                System.out.println(id + ": " + new String(process.getInputStream().readAllBytes()).trim() + " " + process.waitFor());
                            } catch (java.io.IOException refused) {
                                System.out.println(id + ": " + refused.getMessage().replace(claude, "claude"));
                            }
                            System.out.println(builder.command().size());
                        }
                        System.out.println("done");
                        System.in.read();
                    }
                }
                """;
        Database database = Database.in(folder);
        Host host = Host.of(folder, program).withJvmOptions(jdk.nativeAccess()).withExecutable("claude", CLAUDE);

        fill(database);
        Host.Running running = host.withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withProcesses("\"stale\": \"refuse\"")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        double failures = running.metrics().valueOf(FAILURES);
        String refusal = "Cannot run program \"claude\": No conversation found with session ID: ";
        assertThat(running.waitFor().succeeded().out().lines())
                .containsExactly(
                        "expired: " + refusal + "expired",
                        "4",
                        "fresh: answer to fresh 0",
                        "4",
                        "dead:  1",
                        "4",
                        "dead: " + refusal + "dead",
                        "4",
                        "done");
        assertThat(failures).as("what was not started is no failed resume").isEqualTo(1);
        assertThat(database.sessionIds()).containsExactly("fresh");

        fill(database);
        assertThat(host.withConfig(AgentsJson.ofTable()
                                .withProcesses("\"stale\": \"fresh\"")
                                .toString())
                        .run(jdk)
                        .succeeded()
                        .out()
                        .lines())
                .containsExactly(
                        "expired: answer to none 0",
                        "4",
                        "fresh: answer to fresh 0",
                        "4",
                        "dead:  1",
                        "4",
                        "dead: answer to none 0",
                        "4",
                        "done");
        assertThat(database.sessionIds()).containsExactly("fresh");
    }

    private static void fill(Database database) {
        database.execute("DELETE FROM agent_sessions")
                .withSession("agent-1", "expired", Duration.ofHours(25))
                .withSession("agent-2", "fresh", Duration.ofHours(1))
                .withSession("agent-3", "dead", Duration.ofHours(1));
    }

    private static String withoutThreads(String out) {
        return out.replaceAll("threads \\d+\n", "");
    }
}
