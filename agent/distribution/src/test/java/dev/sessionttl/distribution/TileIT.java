package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import dev.sessionttl.distribution.host.Watch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** The tile and {@code /status.json} of the real jar: they tell what the meters tell, and no session. */
class TileIT {
    /** Dispatches the agent that each line of its stdin names. */
    static final String DISPATCHER = """
            package com.acme;

            import java.io.*;
            import java.nio.charset.StandardCharsets;

            public class Dispatcher {
                public static void main(String[] args) throws Exception {
                    SessionStore store = new SessionStore();
                    ClaudeCli cli = new ClaudeCli();
                    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                    for (String agent = lines.readLine(); agent != null; agent = lines.readLine()) {
                        try {
                            System.out.println(store.find(agent).map(id -> cli.resume(id) ? "resumed" : "refused").orElse("fresh"));
                        } catch (java.sql.SQLException failure) {
                            System.out.println("failed");
                        }
                    }
                }
            }
            """;

    private static final String OLD = "5b0c7c4e-9d0c-4d8e-8d0e-000000000001";
    private static final String DEAD = "6c1d8d5f-9d0c-4d8e-8d0e-000000000002";
    private static final String LATE = "7d2e9e60-9d0c-4d8e-8d0e-000000000003";
    private static final String OTHER = "8e3fafa1-9d0c-4d8e-8d0e-000000000004";

    @TempDir
    Path folder;

    @OnEachJdk
    void theNumbersAreThoseOfTheMetersAndNoSessionIsNamed(Jdk jdk) throws InterruptedException {
        Database database = Database.in(folder)
                .withSession("old", OLD, Duration.ofHours(25))
                .withSession("dead", DEAD, Duration.ofHours(1))
                .withSession("other", OTHER, Duration.ofHours(2));
        Host.Running running = host(jdk, "\"sweepBudgetMs\": 2000");
        Watch watch = new Watch(running);
        assertThat(watch.ask("old")).isEqualTo("fresh");
        database.withSession("late", LATE, Duration.ofHours(30));
        assertThat(watch.ask("late")).isEqualTo("fresh");
        assertThat(watch.ask("dead")).isEqualTo("refused");
        database.withSession("dead", DEAD, Duration.ofMinutes(1));
        assertThat(watch.ask("dead")).isEqualTo("fresh");
        assertThat(watch.ask("dead")).isEqualTo("fresh");
        untilTheTableIsKnown(running);

        Metrics metrics = running.metrics();
        String status = running.page("/status.json");
        String tile = running.page("/tile");
        List<String> pages = List.of(running.page("/"), tile, status, metrics.text(), running.page("/healthz"));
        watch.release().succeeded();

        assertThat(status)
                .contains("\"resumeFailures\":{\"total\":%d,\"last24Hours\":1,\"unclassified\":%d}"
                        .formatted(
                                count(metrics, "claude_session_resume_failures_total"),
                                count(metrics, "claude_session_resume_unclassified_total")))
                .contains("\"expired\":{\"read\":%d,\"sweep\":%d,\"last24Hours\":2}"
                        .formatted(
                                count(metrics, "claude_session_expired_total{reason=\"read\"}"),
                                count(metrics, "claude_session_expired_total{reason=\"sweep\"}")))
                .contains("\"vetoedReads\":" + count(metrics, "claude_session_vetoed_reads_total"))
                .contains("\"table\":{\"rows\":" + count(metrics, "claude_session_rows"))
                .contains("\"state\":\"ok\",\"reason\":null", "\"storeErrors\":{}", "\"problems\":0")
                .contains("\"dropped\":1,\"finished\":true")
                .contains("{\"pointcut\":\"com.acme.SessionStore#find(String)\",\"kind\":\"read\",\"methods\":1}");
        assertThat(count(metrics, "claude_session_resume_failures_total")).isEqualTo(1);
        assertThat(count(metrics, "claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertThat(count(metrics, "claude_session_vetoed_reads_total")).isEqualTo(1);
        double wasted = metrics.valueOf("claude_session_resume_failure_seconds_sum");
        // The one that expired at its read, and the one that was written back after it was refused.
        assertThat(number(status, "\"resumesAvoided\":")).isEqualTo(2);
        assertThat(number(status, "\"secondsSaved\":")).isBetween(2 * wasted - 0.001, 2 * wasted + 0.001);
        assertThat(valueAt("failed resumes<br><small>24 h, 1 in all</small>", tile))
                .isEqualTo("1");
        assertThat(valueAt("expired", tile)).isEqualTo("2");
        assertThat(valueAt("oldest", tile)).isEqualTo("2.0 h");
        assertThat(pages)
                .allSatisfy(page -> assertThat(page)
                        .doesNotContain(
                                OLD.substring(0, 8),
                                DEAD.substring(0, 8),
                                LATE.substring(0, 8),
                                OTHER.substring(0, 8)));
    }

    @OnEachJdk
    void aLockedDatabaseIsSaidInPlainWords(Jdk jdk) throws Exception {
        Database database = Database.in(folder).withSession("other", OTHER, Duration.ofHours(2));
        Host.Running running = host(jdk, "\"sweepBudgetMs\": 0");
        Watch watch = new Watch(running);
        assertThat(watch.ask("unknown")).isEqualTo("fresh");

        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            assertThat(watch.ask("other")).isEqualTo("failed");
        }

        String status = running.page("/status.json");
        String tile = running.page("/tile");
        String health = running.page("/healthz");
        watch.release().succeeded();
        assertThat(status)
                .contains("\"state\":\"degraded\",\"reason\":\"database locked\"", "\"storeErrors\":{\"find\":1}");
        assertThat(tile)
                .contains("<b>degraded</b> database locked</p>", "<title data-live>session-ttl: degraded</title>");
        assertThat(health).isEqualTo("ok\n");
    }

    private Host.Running host(Jdk jdk, String store) {
        return Host.of(folder, DISPATCHER, Programs.STORE, Programs.CLI)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Programs.config(store))
                .start(jdk);
    }

    private static void untilTheTableIsKnown(Host.Running running) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (running.page("/status.json").contains("\"rows\":null")) {
            assertThat(System.nanoTime()).as("the rows were never counted").isLessThan(end);
            assertThat(running.process().waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private static long count(Metrics metrics, String meter) {
        return (long) metrics.valueOf(meter);
    }

    private static double number(String json, String name) {
        return Double.parseDouble(found(Pattern.quote(name) + "([0-9.]+)", json));
    }

    private static String valueAt(String label, String tile) {
        return found("<dt>" + Pattern.quote(label) + "</dt><dd>([^<]*)</dd>", tile);
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
