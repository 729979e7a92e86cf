package dev.sessionttl.engine.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** The meters in a file, for node_exporter's textfile collector: whoever reads it finds all of one moment, or of the next. */
public final class TextFile {
    private final Path file;
    /** Beside it, since a rename is atomic within one file system only; the collector reads {@code .prom} files alone. */
    private final Path next;

    private final PrometheusText text;

    /** @param file its folder has to be there */
    public TextFile(Path file, PrometheusText text) {
        this.file = file;
        this.next = file.resolveSibling(file.getFileName() + ".next");
        this.text = text;
    }

    /** Writes what the meters say now. */
    public synchronized void write() throws IOException {
        byte[] bytes = text.scrape("").getBytes(StandardCharsets.UTF_8);
        // Made anew: a link that somebody has put there is removed, never followed.
        Files.deleteIfExists(next);
        Files.write(next, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (Files.getFileAttributeView(next, PosixFileAttributeView.class) != null) {
            // The collector runs as a user of its own, and the host's umask may be 077.
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
