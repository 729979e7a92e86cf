package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.InMemory;
import dev.sessionttl.distribution.host.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose turns run on virtual threads, far more than it has carriers for. */
class VirtualThreadsIT {
    private static final int TURNS = 100;

    /** A turn reads, resumes, and is refused; meanwhile others wait for the same connections of the agent's. */
    private static final String HOST = """
            package com.acme;

            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            import jdk.jfr.consumer.*;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    Orchestrator host = new Orchestrator();
                    // Loading and initialising classes pins; that is done once, and not what is asked for.
                    host.turn("warm", "warm-dead");
                    List<String> pinned = new CopyOnWriteArrayList<>();
                    AtomicInteger absent = new AtomicInteger();
                    try (RecordingStream events = new RecordingStream()) {
                        events.enable("jdk.VirtualThreadPinned").withStackTrace().withoutThreshold();
                        events.onEvent("jdk.VirtualThreadPinned", event -> pinned.add(String.valueOf(event.getStackTrace())));
                        events.startAsync();
                        ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
                        for (int i = 0; i < %d; i++) {
                            int n = i;
                            threads.submit(() -> { if (host.turn("agent-" + n, "dead-" + n)) absent.incrementAndGet(); return null; });
                        }
                        threads.shutdown();
                        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) throw new AssertionError("the turns hang");
                        RecordingStream.class.getMethod("stop").invoke(events);
                    }
                    System.out.println("absent " + absent);
                    pinned.stream().filter(stack -> stack.contains("dev.sessionttl") || stack.contains("SessionTtlDoor")).forEach(System.out::println);
                }

                boolean turn(String key, String dead) {
                    boolean absent = find(key) == null;
                    try { resume(dead); } catch (IllegalStateException refused) { }
                    return absent;
                }

                String find(String key) { return "live"; }
                String resume(String id) {
                    Thread.yield();
                    throw new IllegalStateException("No conversation found with session ID: " + id);
                }
            }
            """.formatted(TURNS);

    @TempDir(factory = InMemory.class)
    Path folder;

    @Test
    void noTurnIsPinnedToItsCarrierWhileItWaitsForTheAgent() {
        List<Jdk> jdks = Jdk.oldestAndNewest();
        Jdk newest = jdks.get(jdks.size() - 1);
        assumeThat(newest.feature()).as("a JDK with virtual threads").isGreaterThanOrEqualTo(21);
        Database database = Database.in(folder, "PRAGMA journal_mode=WAL")
                .withSession("warm", "warm", Duration.ofHours(25))
                .withSession("warm-dead", "warm-dead", Duration.ofHours(1));
        IntStream.range(0, TURNS).forEach(i -> database.withSession("agent-" + i, "stale-" + i, Duration.ofHours(25)));
        IntStream.range(0, TURNS).forEach(i -> database.withSession("run-" + i, "dead-" + i, Duration.ofHours(1)));

        Host.Run run = Host.of(folder, HOST)
                .withSqlite()
                .withJvmOptions(newest.nativeAccess())
                .withJvmOptions(
                        "-Djdk.virtualThreadScheduler.parallelism=2", "-Djdk.virtualThreadScheduler.maxPoolSize=4")
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Orchestrator#find(String)", "key", "arg0")
                        .withFailure("com.acme.Orchestrator#resume(String)", "sessionId", "arg0")
                        .toString())
                .run(newest)
                .succeeded();

        assertThat(run.out().lines()).containsExactly("absent " + TURNS);
        assertThat(database.sessionIds()).isEmpty();
    }
}
