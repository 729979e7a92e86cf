package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
    @TempDir
    private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileIsOpenFromItsOpeningToItsClosing() throws Exception {
        Path file = Files.writeString(directory.resolve("host.db"), "text");

        assertThat(OpenFiles.contain(file)).isFalse();
        try (InputStream open = Files.newInputStream(file)) {
            assertThat(open.read()).isEqualTo('t');
            assertThat(OpenFiles.contain(file)).isTrue();
        }
        assertThat(OpenFiles.contain(file)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileIsTheSameByWhicheverNameItWasOpened() throws Exception {
        Path file = Files.writeString(directory.resolve("host.db"), "text");
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);

        try (InputStream open = Files.newInputStream(link)) {
            assertThat(open.read()).isEqualTo('t');
            assertThat(OpenFiles.contain(file)).isTrue();
            assertThat(OpenFiles.contain(link)).isTrue();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anotherFileOfTheSameDirectoryIsAnother() throws Exception {
        Path file = Files.writeString(directory.resolve("host.db"), "text");
        Path other = Files.writeString(directory.resolve("host.db-wal"), "text");

        try (InputStream open = Files.newInputStream(other)) {
            assertThat(open.read()).isEqualTo('t');
            assertThat(OpenFiles.contain(file)).isFalse();
        }
    }

    @Test
    void aMissingFileIsNotOpen() {
        assertThat(OpenFiles.contain(directory.resolve("none.db"))).isFalse();
    }
}
