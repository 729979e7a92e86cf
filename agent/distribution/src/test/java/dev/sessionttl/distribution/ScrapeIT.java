package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.Prometheus;
import dev.sessionttl.distribution.host.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What we serve and write, as the programs that it is meant for take it. */
@EnabledOnOs(OS.LINUX)
class ScrapeIT {
    private static final Pattern PAGE = Pattern.compile("metrics at (http://\\S+)");

    @TempDir
    Path folder;

    private final Jdk jdk = Jdk.current();

    @BeforeEach
    void setUp() {
        Acme.database(folder);
    }

    @Test
    void aRealPrometheusHasTheSeriesUnderThePromisedNames() throws IOException {
        Host.Running running = host().withConfig(Acme.config()).start(jdk).awaitOut("done\n");
        URI page = URI.create(running.awaitErr(PAGE).group(1));

        try (Prometheus prometheus = Prometheus.start(Files.createDirectory(folder.resolve("prometheus")), page)
                .untilItScrapes()) {
            assertThat(prometheus.value("claude_session_resume_failures_total")).contains("1");
            assertThat(prometheus.labels("claude_session_resume_failures_total"))
                    .containsExactly(Map.of());
            assertThat(prometheus.value("claude_session_expired_total{reason=\"read\"}"))
                    .contains("1");
            assertThat(prometheus.value("claude_session_vetoed_reads_total")).contains("0");
            assertThat(prometheus.value("claude_session_resume_unclassified_total"))
                    .contains("0");
            assertThat(prometheus.value("sum(claude_session_store_errors_total)"))
                    .contains("0");
            assertThat(prometheus.value("claude_session_resume_failure_seconds_count"))
                    .contains("1");
            assertThat(prometheus.labels("claude_session_sites"))
                    .extracting(labels -> labels.get("pointcut"))
                    .containsExactlyInAnyOrder("com.acme.SessionStore#find(Task)", "com.acme.ClaudeCli#run(String)");
            assertThat(prometheus.labels("{__name__=~\"claude_session_(rows|oldest_age_seconds)\"}"))
                    .hasSize(2);
            JsonNode target = prometheus
                    .ask("api/v1/targets", Map.of())
                    .path("activeTargets")
                    .path(0);
            assertThat(target.path("health").asString()).isEqualTo("up");
            assertThat(target.path("lastError").asString()).isEmpty();
            assertThat(prometheus
                            .ask("api/v1/metadata", Map.of("metric", "claude_session_resume_failures"))
                            .toString())
                    .as("taken as OpenMetrics, whose counters have their suffix on the sample alone")
                    .contains("\"counter\"");
        }
        Acme.servedBy(running, 1);
    }

    @Test
    void promtoolHasNothingAgainstThePage() throws IOException {
        Path promtool = Tools.path("promtool");
        Host.Running running = host().withConfig(Acme.config()).start(jdk).awaitOut("done\n");
        Path page =
                Files.writeString(folder.resolve("page.txt"), running.metrics().text());
        running.waitFor().succeeded();

        Tools.Said said = Tools.run("sh", "-c", promtool + " check metrics < " + page);

        assertThat(said.succeeded()).isEmpty();
    }

    @Test
    void aRealNodeExporterReadsTheTextfileAndAShortRunLeavesItsLastWordThere() throws Exception {
        Path exporter = Tools.path("prometheus-node-exporter");
        Path collected = Files.createDirectory(folder.resolve("node-exporter"));
        Host.Running running = host().withConfig(Acme.quietly()
                        .withTextfile("node-exporter/orchestrator.prom")
                        .toString())
                .start(jdk)
                .awaitOut("done\n");
        running.await(
                "writing its file",
                () -> Optional.of(collected.resolve("orchestrator.prom")).filter(Files::exists));
        running.waitFor().succeeded();

        int port = Prometheus.freePort();
        Process process = new ProcessBuilder(
                        exporter.toString(),
                        "--collector.disable-defaults",
                        "--collector.textfile",
                        "--collector.textfile.directory=" + collected,
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("exporter.txt").toFile())
                .start();
        try {
            Metrics shown = new Host.Running(process, folder.resolve("exporter.txt"), folder.resolve("exporter.txt"))
                    .await("answering", () -> pageIfThere(port));
            assertThat(shown.valueOf("node_textfile_scrape_error")).isZero();
            assertThat(shown.valueOf("claude_session_resume_failures_total")).isEqualTo(1);
            assertThat(shown.valueOf("claude_session_expired_total{reason=\"read\"}"))
                    .isEqualTo(1);
            assertThat(shown.text()).contains("node_textfile_mtime_seconds{");
        } finally {
            process.destroy();
            process.waitFor();
        }
        assertThat(names(collected)).containsExactly("orchestrator.prom");
    }

    @Test
    void aFolderThatIsNotThereIsToldOnceAndCountedAndTheHostRunsOn() {
        Host.Running running = host().withConfig(Acme.quietly()
                        .withHttp()
                        .withTextfile("nowhere/orchestrator.prom")
                        .toString())
                .start(jdk)
                .awaitOut("done\n");

        running.await(
                "counting it",
                () -> Optional.of(running.metrics()).filter(metrics -> metrics.failedOpenAt("textfile") > 0));
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out()).startsWith(Acme.SERVED);
        assertThat(run.agentLines().stream().filter(line -> line.contains("textfile")))
                .singleElement()
                .asString()
                .contains("nowhere/orchestrator.prom");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    private Host host() {
        return Host.of(folder, Acme.with(Acme.MAIN)).withSqlite().withJvmOptions(jdk.nativeAccess());
    }

    private static Optional<Metrics> pageIfThere(int port) {
        try {
            return Optional.of(Metrics.scrapedFrom(URI.create("http://127.0.0.1:" + port + "/metrics")));
        } catch (java.io.UncheckedIOException notYet) {
            return Optional.empty();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
