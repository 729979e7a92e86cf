package dev.sessionttl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmark works, on a table too small to measure anything by. */
class SmallTableIT {
    @TempDir
    private Path folder;

    @Test
    void everyWayGetsRidOfTheExpiredRowsAndOnlyThose() throws Exception {
        assertThat(sweep()).contains("SQLite", "one DELETE", "the agent, before main", "the agent, in the background");
    }

    @Test
    void everyWayDoesOnPostgres() throws Exception {
        assertThat(sweep("--postgresql")).contains("PostgreSQL", "one DELETE", "the agent, in the background");
    }

    private String sweep(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("benchmarks.jar"),
                "sweep",
                "--rows",
                "2050",
                "--expired",
                "30",
                "--repeat",
                "1",
                "--folder",
                folder.toString(),
                "--agent",
                System.getProperty("agent.jar")));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("2050 rows");
        assertThat(folder).isEmptyDirectory();
        return said;
    }
}
