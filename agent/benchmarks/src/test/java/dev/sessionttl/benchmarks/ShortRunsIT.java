package dev.sessionttl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks work, in runs too short to measure anything by. */
class ShortRunsIT {
    private static final String FIGURE = "\\s+-?[\\d.]+\\s.*";

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

    /** Whether those that are to sweep did, and the others did not, the benchmark sees to itself. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theStartIsMeasuredOfEveryHostWithEveryAgent() throws Exception {
        assertThat(benchmark("startup").lines())
                .filteredOn(line -> line.matches("(bare|the agent|JMX exporter)" + FIGURE))
                .hasSize(9);
    }

    @Test
    void readsAreMeasuredWithAndWithoutTheAgent() throws Exception {
        assertThat(benchmark("read").lines())
                .filteredOn(line -> line.matches("(a statement per call|a connection per call|a getter), (no check"
                        + "|checked by hand|checked by another SELECT|bare|the agent)" + FIGURE))
                .hasSize(9);
    }

    @Test
    void whatAHostMeasuresOfItselfIsToldWithAndWithoutTheAgent() throws Exception {
        assertThat(List.of(benchmark("load"), benchmark("process"), benchmark("memory")))
                .allSatisfy(said -> assertThat(said.lines())
                        .anyMatch(line -> line.matches("bare" + FIGURE))
                        .anyMatch(line -> line.matches("the agent.*" + FIGURE)));
    }

    private String sweep(String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("sweep", "--rows", "2050", "--expired", "30", "--repeat", "1"));
        arguments.addAll(List.of(more));
        String said = run(arguments);
        assertThat(said).contains("2050 rows");
        return said;
    }

    private String benchmark(String name) throws Exception {
        return run(List.of(name, "--short"));
    }

    private String run(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("benchmarks.jar")));
        command.addAll(arguments);
        command.addAll(List.of("--folder", folder.toString(), "--agent", System.getProperty("agent.jar")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(folder).as(said).isEmptyDirectory();
        return said;
    }
}
