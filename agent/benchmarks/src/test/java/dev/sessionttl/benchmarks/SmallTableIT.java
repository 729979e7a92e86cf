package dev.sessionttl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmark works, on a table too small to measure anything by. */
class SmallTableIT {
    @TempDir
    private Path folder;

    @Test
    void everyWayGetsRidOfTheExpiredRowsAndOnlyThose() throws Exception {
        Process process = new ProcessBuilder(
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
                        System.getProperty("agent.jar"))
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("2050 rows", "one DELETE", "the agent, before main", "the agent, in the background");
        assertThat(folder).isEmptyDirectory();
    }
}
