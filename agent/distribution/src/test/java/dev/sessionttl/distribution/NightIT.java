package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** The night of the incident, with the real jar: the demo runs it without the agent and with it, and sets the two side by side. */
class NightIT {
    private static final Path DEMO = Path.of(System.getProperty("demo.jar")).toAbsolutePath();
    private static final Path SHIPPED_CONFIG =
            DEMO.getParent().resolve("../../config/agents.json").normalize();
    private static final Pattern ROW = Pattern.compile("^ *(\\S.*?) {2,}(\\S+) {2,}(\\S+)$");

    private static final int YOUNG_DEAD_AGENTS = 4;

    @TempDir
    Path folder;

    @OnEachJdk
    void withTheAgentOnlyTheFirstResumeOfAYoungDeadSessionIsRefused(Jdk jdk) throws IOException {
        Files.createDirectory(folder.resolve("tmp"));

        Host.Run run = Host.ofJar(folder, DEMO, "night")
                .withArguments("--with", "-javaagent:" + Host.agentJar() + "=" + SHIPPED_CONFIG)
                .withoutAgent()
                .withJvmOptions("-Djava.io.tmpdir=" + folder.resolve("tmp"))
                .withEnvironment("CLAUDE_BIN", "")
                .withEnvironment("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0")
                .run(jdk)
                .succeeded();

        Map<String, List<String>> table = table(run.out());
        assertThat(table)
                .containsEntry("resumes refused", List.of("40", "4"))
                .containsEntry("of an expired id", List.of("24", "0"))
                .containsEntry("of a young dead id", List.of("16", String.valueOf(YOUNG_DEAD_AGENTS)))
                .containsEntry("rows left", List.of("16", "16"))
                .containsEntry("with a dead id", List.of("10", "0"))
                .containsEntry("claude_session_resume_failures_total", List.of("–", String.valueOf(YOUNG_DEAD_AGENTS)));
        assertThat(liveRows("with")).hasSize(6).isEqualTo(liveRows("without"));
    }

    private static Map<String, List<String>> table(String out) {
        Map<String, List<String>> table = new TreeMap<>();
        out.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> table.put(row.group(1), List.of(row.group(2), row.group(3))));
        return table;
    }

    private List<String> liveRows(String half) throws IOException {
        try (var nights = Files.list(folder.resolve("tmp"))) {
            Path night = nights.filter(path -> path.getFileName().toString().startsWith("night-"))
                    .findFirst()
                    .orElseThrow();
            return new Database(night.resolve(half).resolve("orchestrator.db"))
                    .query(
                            "SELECT agent_id || ' ' || session_id FROM agent_sessions WHERE agent_id LIKE 'live-%' ORDER BY 1");
        }
    }
}
