package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    @TempDir
    Path folder;

    private final Tally tally = new Tally();

    @Test
    void eachWriteReplacesTheLastAndLeavesNothingElseBehind() throws IOException {
        TextFile file = file(folder.resolve("a.prom"));
        file.write();
        tally.resumeFailed(Duration.ofMillis(400));

        file.write();

        assertThat(Files.readAllLines(folder.resolve("a.prom"))).contains("claude_session_resume_failures_total 1.0");
        assertThat(names()).containsExactly("a.prom");
    }

    /** A write in place would show its beginning for a moment, and would go through a link. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whoHasTheFileOpenKeepsAWholeOneAndWhatALinkPointsToIsNotTouched() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "the host's own");
        Files.createSymbolicLink(folder.resolve("a.prom"), secret);
        Files.createSymbolicLink(folder.resolve("a.prom.next"), secret);

        file(folder.resolve("a.prom")).write();

        assertThat(secret).hasContent("the host's own");
        assertThat(folder.resolve("a.prom")).isRegularFile();
        assertThat(Files.isSymbolicLink(folder.resolve("a.prom"))).isFalse();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void everyoneMayReadItWhateverTheUmask() throws IOException {
        file(folder.resolve("a.prom")).write();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a.prom"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void aFolderThatIsNotThereIsNotMade() {
        TextFile file = file(folder.resolve("missing").resolve("a.prom"));

        assertThatThrownBy(file::write).isInstanceOf(NoSuchFileException.class);
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    private TextFile file(Path path) {
        TableGauges unknown = new TableGauges() {
            @Override
            public double rows() {
                return Double.NaN;
            }

            @Override
            public double oldestAgeSeconds() {
                return Double.NaN;
            }
        };
        return new TextFile(path, new PrometheusText(new SessionMeters(tally, unknown, Map::of)));
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
