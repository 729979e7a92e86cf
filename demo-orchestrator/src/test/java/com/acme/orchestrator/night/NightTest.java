package com.acme.orchestrator.night;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both halves in child JVMs, the second with an option that changes nothing. */
class NightTest {
    @TempDir
    private Path directory;

    @Test
    void fortyResumesAreRefusedWhereNothingHelps() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
        Map<String, String> atOnce = Map.of("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0");

        new Night(new NightOptions(List.of("-Dhelp=none")), atOnce, directory, out).run();

        List<String> lines = written.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().replaceAll(" {2,}", " | "))
                .toList();
        assertThat(lines)
                .contains(
                        "without the agent | with the agent",
                        "dispatches | 64 | 64",
                        "resumes tried | 64 | 64",
                        "resumes refused | 40 | 40",
                        "of an expired id | 24 | 24",
                        "of a young dead id | 16 | 16",
                        "fresh starts | 40 | 40",
                        "rows left | 16 | 16",
                        "with a dead id | 10 | 10",
                        "claude_session_resume_failures_total | – | –");
    }
}
