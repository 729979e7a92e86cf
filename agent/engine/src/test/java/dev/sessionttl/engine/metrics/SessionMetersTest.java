package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names here are promises: dashboards and alerts are written against them. */
class SessionMetersTest {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Tally tally = new Tally();
    private final SettableFacts facts = new SettableFacts(Double.NaN);
    private final PrometheusText text =
            new PrometheusText(new SessionMeters(tally, facts, () -> Map.of("com.acme.Store#find(String)", 3)));

    @Test
    void theMetricsAreTheOnesThatWerePromisedAndNoOthers() {
        Set<String> names = new TreeSet<>();
        Matcher type = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$").matcher(text.scrape(""));
        while (type.find()) {
            names.add(type.group(1) + " " + type.group(2));
        }

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "claude_session_resume_failures_total counter",
                        "claude_session_expired_total counter",
                        "claude_session_vetoed_reads_total counter",
                        "claude_session_resume_unclassified_total counter",
                        "claude_session_store_errors_total counter",
                        "claude_session_sites gauge",
                        "claude_session_resume_failure_seconds summary",
                        "claude_session_rows gauge",
                        "claude_session_oldest_age_seconds gauge");
    }

    @Test
    void aPointcutThatTheConfigNoLongerNamesIsGoneAndANewOneIsThere() {
        AtomicReference<Map<String, Integer>> sites = new AtomicReference<>(Map.of("a.B#kept", 1, "a.B#gone", 0));
        PrometheusText changing = new PrometheusText(new SessionMeters(tally, facts, sites::get));
        assertThat(changing.scrape("")).contains("claude_session_sites{pointcut=\"a.B#gone\"} 0.0");

        sites.set(Map.of("a.B#kept", 2, "a.B#added", 3));

        assertThat(changing.scrape(""))
                .contains("claude_session_sites{pointcut=\"a.B#kept\"} 2.0")
                .contains("claude_session_sites{pointcut=\"a.B#added\"} 3.0")
                .doesNotContain("a.B#gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude_session_resume_failures_total 0.0",
                "claude_session_vetoed_reads_total 0.0",
                "claude_session_resume_unclassified_total 0.0",
                "claude_session_expired_total{reason=\"read\"} 0.0",
                "claude_session_expired_total{reason=\"sweep\"} 0.0",
                "claude_session_store_errors_total{operation=\"find\"} 0.0",
                "claude_session_store_errors_total{operation=\"drop\"} 0.0",
                "claude_session_store_errors_total{operation=\"sweep\"} 0.0",
                "claude_session_store_errors_total{operation=\"timestamp\"} 0.0",
                "claude_session_store_errors_total{operation=\"clock\"} 0.0",
                "claude_session_store_errors_total{operation=\"weave\"} 0.0",
                "claude_session_store_errors_total{operation=\"enter\"} 0.0",
                "claude_session_store_errors_total{operation=\"exit\"} 0.0",
                "claude_session_store_errors_total{operation=\"config\"} 0.0",
                "claude_session_store_errors_total{operation=\"audit\"} 0.0",
                "claude_session_store_errors_total{operation=\"registry\"} 0.0",
                "claude_session_store_errors_total{operation=\"jmx\"} 0.0",
                "claude_session_store_errors_total{operation=\"textfile\"} 0.0",
                "claude_session_sites{pointcut=\"com.acme.Store#find(String)\"} 3.0",
                "claude_session_resume_failure_seconds_count 0",
                "claude_session_resume_failure_seconds_sum 0.0",
                "claude_session_rows NaN",
                "claude_session_oldest_age_seconds NaN",
            })
    void everySeriesIsThereFromBootOn(String line) {
        assertThat(text.scrape("").lines()).contains(line);
    }

    @Test
    void eachEventMovesItsOwnCounterAndNoOther() {
        tally.resumeFailed(Duration.ofMillis(400));
        tally.resumeFailed(Duration.ofMillis(600));
        tally.expired(Occasion.READ, 1);
        tally.expired(Occasion.SWEEP, 41);
        tally.expired(Occasion.SWEEP, 1);
        for (int i = 0; i < 5; i++) {
            tally.vetoedRead("5b0c7c4e-9d0c");
        }
        for (int i = 0; i < 6; i++) {
            tally.resumeUnclassified();
        }
        tally.failedOpen("drop", new IllegalStateException("disk full"));

        assertThat(text.scrape("").lines())
                .contains(
                        "claude_session_resume_failures_total 2.0",
                        "claude_session_resume_failure_seconds_count 2",
                        "claude_session_resume_failure_seconds_sum 1.0",
                        "claude_session_expired_total{reason=\"read\"} 1.0",
                        "claude_session_expired_total{reason=\"sweep\"} 42.0",
                        "claude_session_vetoed_reads_total 5.0",
                        "claude_session_resume_unclassified_total 6.0",
                        "claude_session_store_errors_total{operation=\"drop\"} 1.0",
                        "claude_session_store_errors_total{operation=\"find\"} 0.0");
    }

    @Test
    void theGaugesShowTheFactsOfTheTable() {
        facts.rows = 7;
        facts.age = 90_000.5;

        assertThat(text.scrape("").lines())
                .contains("claude_session_rows 7.0", "claude_session_oldest_age_seconds 90000.5");
    }

    @Test
    void theGaugesOutliveAGarbageCollection() {
        PrometheusText scraped = new PrometheusText(new SessionMeters(tally, new SettableFacts(7), Map::of));

        System.gc();

        assertThat(scraped.scrape("").lines()).contains("claude_session_rows 7.0");
    }

    @Test
    void noSessionIdIsShown() {
        tally.vetoedRead("5b0c7c4e-9d0c-4d8e");
        tally.failedOpen("find", new IllegalStateException("5b0c7c4e-9d0c-4d8e"));

        assertThat(text.scrape("")).doesNotContain("5b0c7c4e");
        assertThat(text.scrape(OPEN_METRICS)).doesNotContain("5b0c7c4e");
    }

    @Test
    void openMetricsIsWrittenAsItsStandardWantsIt() {
        String scraped = text.scrape(OPEN_METRICS);

        assertThat(scraped).endsWith("# EOF\n");
        assertThat(scraped.lines())
                .contains(
                        "# TYPE claude_session_resume_failures counter",
                        "claude_session_resume_failures_total 0.0",
                        "claude_session_expired_total{reason=\"read\"} 0.0",
                        "# TYPE claude_session_resume_failure_seconds summary");
        Pattern sample = Pattern.compile("[a-z_]+(\\{[a-z]+=\"[^\"]*\"\\})? (NaN|[-+0-9.eE]+)");
        assertThat(scraped.lines().filter(line -> !line.startsWith("# ")))
                .allMatch(line -> sample.matcher(line).matches());
    }

    @Test
    void everySeriesHasAHelpLine() {
        List<String> types = text.scrape("")
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .toList();

        assertThat(types).isNotEmpty().allMatch(name -> text.scrape("").contains("# HELP " + name + " "));
    }

    private static final class SettableFacts implements TableGauges {
        double rows;
        double age = Double.NaN;

        SettableFacts(double rows) {
            this.rows = rows;
        }

        @Override
        public double rows() {
            return rows;
        }

        @Override
        public double oldestAgeSeconds() {
            return age;
        }
    }
}
