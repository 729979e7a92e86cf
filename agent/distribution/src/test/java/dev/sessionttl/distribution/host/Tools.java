package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Programs of others that some tests hold our files and pages to: Prometheus, promtool, Chromium. A machine without one
 * skips those tests and says so; where {@code SESSION_TTL_TOOLS} is {@code required}, as in CI, they fail.
 */
public final class Tools {
    private static final String DEMAND = "SESSION_TTL_TOOLS";
    private static final long LONGEST_RUN_SECONDS = 60;

    private Tools() {}

    /** Where a program lies, by its name; ends the test where there is none. */
    public static Path path(String name) {
        Optional<Path> found = find(name);
        if (found.isEmpty() && "required".equals(System.getenv(DEMAND))) {
            throw new AssertionError(name + " is on no path of " + System.getenv("PATH") + ", and " + DEMAND
                    + " says that it is required");
        }
        assumeTrue(found.isPresent(), name + " is not installed here: this test is skipped");
        return found.orElseThrow();
    }

    /** Whether there is one, where a test can do without. */
    public static boolean isThere(String name) {
        return find(name).isPresent();
    }

    /** Runs a program to its end; gives what it said, on both streams. */
    public static Said run(String name, String... arguments) {
        return run(path(name), arguments);
    }

    /** As {@link #run(String, String...)}, where it is known which one. */
    static Said run(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Path said = Files.createTempFile("tool", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " hangs; it said:\n" + Files.readString(said));
            }
            String text = Files.readString(said, StandardCharsets.UTF_8);
            Files.delete(said);
            return new Said(process.exitValue(), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static Optional<Path> find(String name) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What a program left behind. */
    public record Said(int exit, String text) {
        /** What it said, if it ended well; that is in the failure otherwise. */
        public String succeeded() {
            assertThat(exit).as("exit code; it said:\n%s", text).isZero();
            return text;
        }
    }
}
