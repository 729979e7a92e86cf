package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight orchestrators, each with the agent, that start at once on one table of 200,000 sessions, half of them stale. */
class PostgresFleetIT {
    private static final int HOSTS = 8;
    private static final int ROWS = 200_000;
    private static final int STALE = ROWS / 2;

    /** Without a common divisor with the rows: every row's turn comes once. */
    private static final int STRIDE = 7_919;

    private static final Pattern SWEPT = Pattern.compile("(?m)^\\[session-ttl] swept (\\d+) expired sessions$");

    private static final String HOST = """
            package com.acme;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.in.read();
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void everyStaleSessionIsDroppedOnceAndCountedOnceAndEveryTouchIsKept() throws Exception {
        Postgres database = Postgres.withTable();
        fill(database);
        List<Host> hosts = hosts(database);
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicBoolean over = new AtomicBoolean();

        long began = System.nanoTime();
        List<Host.Running> fleet =
                hosts.stream().map(host -> host.start(Jdk.current())).toList();
        try {
            Future<Touches> touches = threads.submit(() -> touch(database, over));
            List<Long> told = fleet.stream()
                    .map(host -> Long.parseLong(host.awaitErr(SWEPT).group(1)))
                    .toList();
            long sweptAfter = System.nanoTime() - began;
            over.set(true);
            List<String> saved = touches.get().saved();
            List<Metrics> metrics = fleet.stream().map(Host.Running::metrics).toList();
            tell(told, sweptAfter, touches.get());

            assertThat(metrics.stream().mapToDouble(PostgresFleetIT::swept).sum())
                    .isEqualTo(STALE - saved.size());
            assertThat(told.stream().mapToLong(Long::longValue).sum()).isEqualTo(STALE - saved.size());
            assertThat(metrics).allSatisfy(of -> assertThat(of.failedOpen()).isZero());
            assertThat(database.query("SELECT session_id FROM agent_sessions WHERE session_id LIKE 'stale-%'"))
                    .containsExactlyInAnyOrderElementsOf(saved);
            assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE session_id LIKE 'live-%'"))
                    .containsExactly(String.valueOf(ROWS - STALE));
            assertThat(database.query("SELECT sum(deadlocks) FROM pg_stat_database WHERE datname = current_database()"))
                    .containsExactly("0");
        } finally {
            over.set(true);
            threads.shutdown();
            fleet.forEach(host -> host.process().destroyForcibly());
        }
        for (Host.Running host : fleet) {
            assertThat(Files.readString(host.err())).doesNotContain("deadlock", "will go on");
        }
    }

    private static double swept(Metrics metrics) {
        return metrics.valueOf("claude_session_expired_total{reason=\"sweep\"}");
    }

    private static void fill(Postgres database) {
        long now = System.currentTimeMillis();
        database.execute(
                        "INSERT INTO agent_sessions SELECT 'agent-' || i, CASE WHEN i % 2 = 0 THEN 'stale-' ELSE 'live-' END"
                                + " || i, CASE WHEN i % 2 = 0 THEN "
                                + (now - Duration.ofHours(25).toMillis()) + " ELSE "
                                + (now - Duration.ofHours(1).toMillis()) + " END - i FROM generate_series(0, "
                                + (ROWS - 1)
                                + ") AS i")
                .execute("CREATE INDEX by_last_use ON agent_sessions (last_used_at)")
                .execute("CREATE TABLE elsewhere (LIKE agent_sessions INCLUDING ALL)")
                .execute("INSERT INTO elsewhere SELECT * FROM agent_sessions")
                .execute("ANALYZE");
    }

    private List<Host> hosts(Postgres database) throws IOException {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            Path own = Files.createDirectory(folder.resolve("host-" + i));
            hosts.add(Host.of(own, HOST).withConfig("""
                            { "sessionTtl": { "store": { "url": "%s", "user": "postgres" }, "http": { "port": 0 } } }
                            """.formatted(database.url())));
        }
        return hosts;
    }

    /**
     * @param saved ids of stale sessions that were used again before a sweep came to them
     * @param nanos how long each touch took
     * @param elsewhere how long the same took, each right after the touch, on a table that nobody sweeps: so long for
     *     want of a processor
     */
    private record Touches(List<String> saved, List<Long> nanos, List<Long> elsewhere) {
        static String inWords(List<Long> nanos) {
            List<Long> sorted = nanos.stream().sorted().toList();
            return String.format(
                    Locale.ROOT,
                    "p50 %.2f ms, p99 %.1f ms, max %.1f ms",
                    sorted.get(sorted.size() / 2) / 1e6,
                    sorted.get(sorted.size() * 99 / 100) / 1e6,
                    sorted.get(sorted.size() - 1) / 1e6);
        }
    }

    /** An orchestrator uses sessions, live ones and stale ones by turns, as fast as it can. */
    private static Touches touch(Postgres database, AtomicBoolean over) throws SQLException {
        Touches touches = new Touches(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (Connection host = database.connect();
                PreparedStatement touch = host.prepareStatement(touch("agent_sessions"));
                PreparedStatement elsewhere = host.prepareStatement(touch("elsewhere"))) {
            for (long turn = 0; turn < ROWS && !over.get(); turn++) {
                long row = turn * STRIDE % ROWS;
                int touched = touch(touch, row, touches.nanos());
                int unused = touch(elsewhere, row, touches.elsewhere());
                if (touched == 1 && row % 2 == 0) {
                    touches.saved().add("stale-" + row);
                }
            }
        }
        return touches;
    }

    private static String touch(String table) {
        return "UPDATE " + table + " SET last_used_at = ? WHERE agent_id = ?";
    }

    private static int touch(PreparedStatement touch, long row, List<Long> nanos) throws SQLException {
        touch.setLong(1, System.currentTimeMillis());
        touch.setString(2, "agent-" + row);
        long began = System.nanoTime();
        int touched = touch.executeUpdate();
        nanos.add(System.nanoTime() - began);
        return touched;
    }

    private static void tell(List<Long> told, long nanos, Touches touches) {
        System.err.printf(
                Locale.ROOT,
                "%d agents swept %s within %d ms of their JVMs' start; %d touches: %s; of a table that nobody sweeps: %s%n",
                HOSTS,
                told,
                TimeUnit.NANOSECONDS.toMillis(nanos),
                touches.nanos().size(),
                Touches.inWords(touches.nanos()),
                Touches.inWords(touches.elsewhere()));
    }
}
