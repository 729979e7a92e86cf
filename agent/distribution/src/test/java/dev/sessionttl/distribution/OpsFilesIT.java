package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Prometheus;
import dev.sessionttl.distribution.host.Relay;
import dev.sessionttl.distribution.host.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lies in {@code config/} for an operator's own repository, held to the programs that it is for. */
@EnabledOnOs(OS.LINUX)
class OpsFilesIT {
    private static final Path CONFIG = Path.of(System.getProperty("demo.jar"))
            .toAbsolutePath()
            .getParent()
            .resolve("../../config")
            .normalize();
    private static final Path RULES = CONFIG.resolve("prometheus/session-ttl.rules.yml");
    private static final Path DEMO = Path.of(System.getProperty("demo.jar")).toAbsolutePath();
    private static final Pattern PAGE = Pattern.compile("metrics at (http://\\S+)");
    private static final Pattern METRIC = Pattern.compile("(?<![\\w:])claude_session_\\w+(?![\\w:])");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    @TempDir
    Path folder;

    @Test
    void promtoolTakesTheRulesAndTheirTestsPass() {
        assertThat(Tools.run("promtool", "check", "rules", RULES.toString()).succeeded())
                .contains("SUCCESS");
        assertThat(Tools.run(
                                "promtool",
                                "test",
                                "rules",
                                RULES.resolveSibling("session-ttl.rules.test.yml")
                                        .toString())
                        .succeeded())
                .contains("SUCCESS");
    }

    @Test
    void everyAlertHasATestInWhichItIsTold() throws IOException {
        List<String> alerts = texts(RULES, "alert");
        String tests = Files.readString(RULES.resolveSibling("session-ttl.rules.test.yml"));

        assertThat(alerts)
                .hasSizeGreaterThan(3)
                .allSatisfy(alert -> assertThat(tests.split("alertname: " + alert + "\\b", -1))
                        .as(alert)
                        .hasSizeGreaterThan(1));
        assertThat(tests.split("exp_alerts:", -1)).hasSize(alerts.size() + 1);
    }

    /** The night as the README shows it, scraped while it goes on; then each query of the dashboard, as Grafana asks it. */
    @Test
    void everyQueryOfTheDashboardAndEveryRuleHasAnAnswerAfterANightOfTheDemo() throws IOException {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(CONFIG.resolve("grafana/session-ttl.json")));
        Path shipped = CONFIG.resolve("agents.json");
        try (Relay relay = Relay.open();
                Prometheus prometheus =
                        Prometheus.start(Files.createDirectory(folder.resolve("prometheus")), relay.address(), RULES)) {
            Instant evening = Instant.now();
            Host.Running night = Host.ofJar(folder, DEMO, "night")
                    .withArguments("--with", "-javaagent:" + Host.agentJar() + "=" + shipped)
                    .withoutAgent()
                    .withJvmOptions("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")))
                    .withEnvironment("CLAUDE_BIN", "")
                    .withEnvironment("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0.5")
                    .start(Jdk.current());
            relay.to(URI.create(night.awaitErr(PAGE).group(1)));
            night.waitFor().succeeded();
            Instant morning = Instant.now();

            List<String> queries = queries(dashboard);
            assertThat(queries)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(query -> assertThat(prometheus.range(asGrafanaFillsIn(query), evening, morning))
                            .as(query)
                            .isNotEmpty());
            assertThat(prometheus.range("claude_session_resume_failures_total", evening, morning))
                    .contains(4.0);
            assertThat(prometheus.range("sum(claude_session_expired_total)", evening, morning))
                    .contains(6.0);
            assertThat(prometheus.range("claude_session_rows", evening, morning))
                    .anyMatch(rows -> rows > 0);

            assertThat(metricsIn(String.join("\n", queries)))
                    .as("what the dashboard shows, and what there is")
                    .isEqualTo(metricsOf(prometheus));
            assertThat(metricsOf(prometheus)).containsAll(metricsIn(String.join("\n", texts(RULES, "expr"))));
            for (JsonNode variable : dashboard.at("/templating/list")) {
                if (variable.path("type").asString().equals("query")) {
                    assertThat(values(prometheus, variable.at("/query/query").asString()))
                            .isNotEmpty();
                }
            }
            for (JsonNode group : prometheus.ask("api/v1/rules", Map.of()).path("groups")) {
                for (JsonNode rule : group.path("rules")) {
                    assertThat(rule.path("health").asString())
                            .as(rule.toString())
                            .isEqualTo("ok");
                }
            }
            for (String record : texts(RULES, "record")) {
                assertThat(prometheus.range(record, evening, morning))
                        .as(record)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void systemdTakesTheDropIn() throws IOException {
        assumeTrue(Tools.isThere("systemd-analyze"), "systemd-analyze is not installed here: this test is skipped");
        Path unit = folder.resolve("orchestrator.service");
        Files.writeString(unit, "[Service]\nExecStart=/bin/true\n");
        Files.copy(
                CONFIG.resolve("systemd/session-ttl-agent.conf"),
                Files.createDirectory(folder.resolve("orchestrator.service.d")).resolve("session-ttl-agent.conf"));

        Tools.Said said =
                Tools.run("env", "SYSTEMD_UNIT_PATH=" + folder + ":", "systemd-analyze", "verify", unit.toString());

        // It exits with 0 when it has passed over what it does not know.
        assertThat(said.succeeded().lines().filter(line -> line.contains("session-ttl-agent.conf")))
                .isEmpty();
    }

    @Test
    void theFlagOfTheDropInAddsTheAgent() throws IOException {
        Matcher line = Pattern.compile("(?m)^Environment=\"JAVA_TOOL_OPTIONS=(.*)\"$")
                .matcher(Files.readString(CONFIG.resolve("systemd/session-ttl-agent.conf")));
        assertThat(line.find()).isTrue();

        assertTheAgentIsAddedBy(line.group(1));
    }

    @Test
    void theFlagOfThePatchAddsTheAgentAndItsVolumesAreThere() throws IOException {
        Map<?, ?> pod = map(
                map(map(yaml("kubernetes/session-ttl-agent.yaml").get("spec")).get("template"))
                        .get("spec"));
        Map<?, ?> container = named(pod, "containers", "orchestrator");
        String flag = (String) named(container, "env", "JAVA_TOOL_OPTIONS").get("value");
        Map<?, ?> agent = named(pod, "initContainers", "session-ttl-agent");

        assertThat(flag).startsWith("-javaagent:" + list(agent, "command").get(2) + "=");
        for (Map<?, ?> each : List.of(container, agent)) {
            for (Object mount : list(each, "volumeMounts")) {
                named(pod, "volumes", (String) map(mount).get("name"));
            }
        }
        assertTheAgentIsAddedBy(flag);
    }

    @Test
    void kubectlTakesThePatch() throws IOException {
        assumeTrue(Tools.isThere("kubectl"), "kubectl is not installed here: this test is skipped");
        Path deployment = Files.writeString(folder.resolve("deployment.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: { name: orchestrator }
                spec:
                  selector: { matchLabels: { app: orchestrator } }
                  template:
                    metadata: { labels: { app: orchestrator } }
                    spec:
                      containers:
                        - name: orchestrator
                          image: orchestrator
                          env: [{ name: TZ, value: UTC }]
                """);

        String patched = Tools.run(
                        "kubectl",
                        "patch",
                        "--local",
                        "-f",
                        deployment.toString(),
                        "--patch-file",
                        CONFIG.resolve("kubernetes/session-ttl-agent.yaml").toString(),
                        "-o",
                        "yaml")
                .succeeded();

        assertThat(patched).contains("name: TZ", "name: JAVA_TOOL_OPTIONS", "image: orchestrator", "initContainers:");
    }

    /** With the paths of this machine in place of theirs. */
    private void assertTheAgentIsAddedBy(String flag) {
        Acme.database(folder);
        Host host = Host.of(folder, Acme.with(Acme.MAIN))
                .withSqlite()
                .withJvmOptions(Jdk.current().nativeAccess())
                .withConfig(Acme.config())
                .withoutAgent()
                .withEnvironment(
                        "JAVA_TOOL_OPTIONS",
                        flag.replaceFirst(":/.*/session-ttl-agent.jar=", ":" + Host.agentJar() + "=")
                                .replaceFirst("=/.*/agents.json", "=" + folder.resolve("config/agents.json")));

        Host.Run run = Acme.servedBy(host.start(Jdk.current()), 1);

        assertThat(run.out()).startsWith(Acme.SERVED);
    }

    private static List<String> queries(JsonNode dashboard) {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("targets").isEmpty())
                    .as("a panel without a query: %s", panel.path("title"))
                    .isFalse();
            for (JsonNode target : panel.path("targets")) {
                queries.add(target.path("expr").asString());
            }
        }
        return queries;
    }

    private static String asGrafanaFillsIn(String query) {
        return query.replace("$__rate_interval", "5s").replace("$job", ".*").replace("$instance", ".*");
    }

    private static Set<String> metricsIn(String text) {
        Set<String> names = new TreeSet<>();
        Matcher metric = METRIC.matcher(text);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }

    private static Set<String> metricsOf(Prometheus prometheus) {
        Set<String> names = new TreeSet<>();
        for (JsonNode name : prometheus.ask("api/v1/label/__name__/values", Map.of())) {
            names.addAll(metricsIn(name.asString()));
        }
        return names;
    }

    private static JsonNode values(Prometheus prometheus, String query) {
        Matcher parts = LABEL_VALUES.matcher(asGrafanaFillsIn(query));
        assertThat(parts.matches()).as(query).isTrue();
        return prometheus.ask("api/v1/label/" + parts.group(2) + "/values", Map.of("match[]", parts.group(1)));
    }

    /** What the entries of that name say, anywhere in a file of rules. */
    private static List<String> texts(Path file, String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Object group : list(yaml(file.toString()), "groups")) {
            for (Object rule : list(map(group), "rules")) {
                if (map(rule).get(name) instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static Map<?, ?> yaml(String file) throws IOException {
        return map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(CONFIG.resolve(file))));
    }

    private static Map<?, ?> map(Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return (Map<?, ?>) node;
    }

    private static List<?> list(Map<?, ?> node, String name) {
        assertThat(node.get(name)).as(name).isInstanceOf(List.class);
        return (List<?>) node.get(name);
    }

    private static Map<?, ?> named(Map<?, ?> node, String list, String name) {
        return list(node, list).stream()
                .<Map<?, ?>>map(OpsFilesIT::map)
                .filter(each -> name.equals(each.get("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + list));
    }
}
