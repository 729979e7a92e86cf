package dev.sessionttl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedFileTest {
    private static final long PLENTY = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void itIsReadableByItsOwnerOnly() throws Exception {
        Path path = directory.resolve("audit.jsonl");

        new RotatedFile(path, PLENTY).append("one\n");

        assertThat(permissions(path)).isEqualTo("rw-------");
    }

    @Test
    void aFileThatWasOpenToOthersIsClosedToThem() throws Exception {
        Path path = Files.writeString(directory.resolve("audit.jsonl"), "before\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));

        new RotatedFile(path, PLENTY).append("one\n");

        assertThat(permissions(path)).isEqualTo("rw-------");
        assertThat(path).hasContent("before\none\n");
    }

    @Test
    void itBeginsAnewBeforeItHoldsTooMuchAndKeepsFiveOlder() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, 8);

        for (int line = 1; line <= 15; line++) {
            file.append("l%02d\n".formatted(line));
        }

        assertThat(path).hasContent("l15\n");
        assertThat(directory.resolve("audit.jsonl.1")).hasContent("l13\nl14\n");
        assertThat(directory.resolve("audit.jsonl.5")).hasContent("l05\nl06\n");
        assertThat(names()).hasSize(6);
        assertThat(permissions(directory.resolve("audit.jsonl.1"))).isEqualTo("rw-------");
    }

    @Test
    void whatAnEarlierJvmWroteCountsTowardsTheMost() throws Exception {
        Path path = Files.writeString(directory.resolve("audit.jsonl"), "1234567\n");

        new RotatedFile(path, 8).append("next\n");

        assertThat(path).hasContent("next\n");
        assertThat(directory.resolve("audit.jsonl.1")).hasContent("1234567\n");
    }

    @Test
    void aLineThatIsLongerThanTheMostIsWrittenWhole() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, 4);

        file.append("much longer\n");

        assertThat(path).hasContent("much longer\n");
        assertThat(names()).hasSize(1);
    }

    @Test
    void whereItWasMovedAwayItIsMadeAgain() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, PLENTY);
        file.append("one\n");
        Files.move(path, directory.resolve("moved"));

        file.append("two\n");

        assertThat(path).hasContent("two\n");
        assertThat(directory.resolve("moved")).hasContent("one\n");
    }

    @Test
    void anInterruptedThreadWritesToo() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, PLENTY);
        file.append("one\n");

        Thread.currentThread().interrupt();
        try {
            file.append("two\n");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(path).hasContent("one\ntwo\n");
    }

    @Test
    void afterAFailureItIsTriedAgain() throws Exception {
        Path path = directory.resolve("later").resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, PLENTY);
        assertThatThrownBy(() -> file.append("lost\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("later");

        Files.createDirectory(path.getParent());
        file.append("kept\n");

        assertThat(path).hasContent("kept\n");
    }

    @Test
    void aFolderIsNoFileAndStaysAsItIs() throws Exception {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> new RotatedFile(logs, PLENTY).append("one\n")).hasMessageContaining("is not a file");

        assertThat(permissions(logs)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void whereItCannotBeginAnewItGrows() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        Files.createDirectories(directory.resolve("audit.jsonl.4").resolve("in the way"));
        Files.createDirectories(directory.resolve("audit.jsonl.5").resolve("in the way"));
        RotatedFile file = new RotatedFile(path, 8);

        for (int line = 1; line <= 3; line++) {
            file.append("line " + line + "\n");
        }

        assertThat(path).hasContent("line 1\nline 2\nline 3\n");
    }

    @Test
    void linesOfManyThreadsStayWhole() throws Exception {
        Path path = directory.resolve("audit.jsonl");
        RotatedFile file = new RotatedFile(path, PLENTY);
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            String line = String.valueOf(writer).repeat(200) + "\n";
            writers.add(() -> {
                for (int i = 0; i < 50; i++) {
                    file.append(line);
                }
                return null;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Void> written : threads.invokeAll(writers)) {
                written.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(Files.readAllLines(path)).hasSize(400).allMatch(line -> line.matches("(\\d)\\1{199}"));
    }

    private List<Path> names() throws IOException {
        try (var names = Files.list(directory)) {
            return names.toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
