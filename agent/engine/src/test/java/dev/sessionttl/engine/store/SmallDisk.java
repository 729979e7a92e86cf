package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of 1 MB in memory, which can be full or read-only for everyone. Only root may have one; others skip the test. */
final class SmallDisk implements AutoCloseable {
    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    static SmallDisk mountedAt(Path path) {
        boolean mounted =
                succeeds("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "session-ttl-test", path.toString());
        assumeTrue(mounted, "this process may not mount a tmpfs");
        return new SmallDisk(path);
    }

    Path path() {
        return path;
    }

    void fill() throws IOException {
        byte[] some = new byte[1024];
        try (OutputStream filler = Files.newOutputStream(filler())) {
            while (true) {
                filler.write(some);
            }
        } catch (IOException full) {
            assertThat(Files.size(filler())).isPositive();
        }
    }

    void makeRoom() throws IOException {
        Files.delete(filler());
    }

    void makeReadOnly() {
        assertThat(succeeds("mount", "-o", "remount,ro", path.toString())).isTrue();
    }

    private Path filler() {
        return path.resolve("filler");
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }

    @Override
    public void close() {
        assertThat(succeeds("umount", path.toString())).isTrue();
    }
}
