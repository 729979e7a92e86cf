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
import org.junit.jupiter.api.io.TempDir;

/** Getters and record accessors as read sites: called several times a turn, and by whatever walks over objects. */
class GetterIT {
    private static final String HOST = """
            package com.acme;

            import java.lang.management.ManagementFactory;

            public class Orchestrator {
                record Row(String agentId, String sessionId) {}
                public static class Entity {
                    private final String sessionId;
                    private final boolean archived;
                    Entity(String sessionId) { this(sessionId, false); }
                    Entity(String sessionId, boolean archived) { this.sessionId = sessionId; this.archived = archived; }
                    public String getSessionId() { if (archived) return null; return sessionId; }
                }

                public static void main(String[] args) throws Exception {
                    for (String id : new String[] {"stale", "live", "unknown"}) {
                        Entity entity = new Entity(id);
                        Row row = new Row("agent", id);
                        System.out.println(id + ": " + entity.getSessionId() + " " + entity.getSessionId() + " " + row.sessionId() + " " + row);
                    }
                    System.out.println("archived: " + new Entity("live", true).getSessionId());

                    Entity live = new Entity("live");
                    System.out.println("before the refusal: " + live.getSessionId());
                    try { resume("live"); } catch (IllegalStateException refused) { }
                    System.out.println("after the refusal: " + live.getSessionId());

                    Entity hot = new Entity("hot");
                    long least = Long.MAX_VALUE;
                    for (int batch = 0; batch < 30; batch++) {
                        long before = allocated();
                        long length = 0;
                        for (int i = 0; i < 50_000; i++) length += hot.getSessionId().length();
                        least = Math.min(least, allocated() - before);
                        if (length != 150_000) throw new AssertionError("" + length);
                    }
                    System.out.println("allocated by 50000 calls: " + least);
                    System.out.println("done");
                    System.in.read();
                }

                static final com.sun.management.ThreadMXBean THREADS = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

                static long allocated() { return THREADS.getCurrentThreadAllocatedBytes(); }

                static void resume(String id) { throw new IllegalStateException("No conversation found with session ID: " + id); }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void theCallsOfATurnAgreeARefusalCountsAtOnceAndAKnownIdAllocatesNothing(Jdk jdk) {
        Database database = Database.in(folder)
                .withSession("1", "stale", Duration.ofHours(25))
                .withSession("2", "live", Duration.ofHours(1))
                .withSession("3", "hot", Duration.ofHours(1));

        Host.Running running = Host.of(folder, HOST)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.Orchestrator$Entity#getSessionId()", "sessionId", "return")
                        .withRead("com.acme.Orchestrator$Row#sessionId()", "sessionId", "return")
                        .withFailure("com.acme.Orchestrator#resume(String)", "sessionId", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "stale: null null null Row[agentId=agent, sessionId=stale]",
                        "live: live live live Row[agentId=agent, sessionId=live]",
                        "unknown: unknown unknown unknown Row[agentId=agent, sessionId=unknown]",
                        "archived: null",
                        "before the refusal: live",
                        "after the refusal: null",
                        // What is measured is of a whole batch: a moment ends in few of them.
                        "allocated by 50000 calls: 0",
                        "done");
        assertThat(database.sessionIds()).containsExactly("hot");
        assertThat(metrics.failedOpen()).isZero();
    }
}
