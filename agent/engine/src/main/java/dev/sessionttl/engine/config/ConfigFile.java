package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Members;
import dev.sessionttl.engine.report.Log;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The file as a tree, or a problem that says why there is none. */
final class ConfigFile {
    /** Far above any config; a path to something else is not to fill the host's memory. */
    private static final int MAX_BYTES = 16 << 20;

    /** For what is no regular file. */
    private static final int LONGEST_SECONDS = 5;

    private static final String MEANWHILE =
            "; meanwhile defaults apply, and above them the environment and the system properties";

    private ConfigFile() {}

    static Optional<Members> read(Path file, Problems problems) {
        byte[] bytes;
        try {
            bytes = bytesOf(file.toFile());
        } catch (IOException unreadable) {
            if (Files.notExists(file)) {
                problems.addAboutFile(
                        "the file does not exist",
                        "create it with a sessionTtl section, or name another: -javaagent:session-ttl-agent.jar=FILE"
                                + MEANWHILE);
            } else {
                problems.addAboutFile(
                        "the file cannot be read: " + Log.inWords(unreadable), "make it a readable file" + MEANWHILE);
            }
            return Optional.empty();
        }
        if (bytes.length > MAX_BYTES) {
            problems.addAboutFile("the file is larger than 16 MiB", "name a config file" + MEANWHILE);
            return Optional.empty();
        }
        try {
            return rootOf(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    problems);
        } catch (CharacterCodingException otherEncoding) {
            problems.addAboutFile("the file is not UTF-8", "save it as UTF-8" + MEANWHILE);
            return Optional.empty();
        }
    }

    private static byte[] bytesOf(File file) throws IOException {
        if (file.isFile() || !file.exists()) {
            return read(file);
        }
        // A pipe that nobody writes to would keep the host waiting for ever.
        FutureTask<byte[]> reading = new FutureTask<>(() -> read(file));
        Thread reader = new Thread(reading, "session-ttl-config");
        reader.setDaemon(true);
        reader.start();
        try {
            return reading.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException silent) {
            throw new IOException("nothing has come out of it for " + LONGEST_SECONDS + " s", silent);
        } catch (ExecutionException failure) {
            throw new IOException(Log.inWords(failure.getCause() == null ? failure : failure.getCause()), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static byte[] read(File file) throws IOException {
        // Buffered, for by itself it would ask how much is left, which a pipe cannot tell (JDK 17).
        try (InputStream in = new BufferedInputStream(new FileInputStream(file))) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }

    private static Optional<Members> rootOf(String text, Problems problems) {
        boolean hasByteOrderMark = text.startsWith("\uFEFF");
        try {
            Optional<JsonNode> root = JsonReader.read(hasByteOrderMark ? text.substring(1) : text, Section.ROOT);
            if (root.isPresent() && root.get() instanceof Members members) {
                return Optional.of(members);
            }
            if (root.isPresent()) {
                problems.add(
                        root.get().at(),
                        "",
                        root.get().shown() + " is not an object",
                        "write { \"sessionTtl\": { … } }" + MEANWHILE);
            } else {
                problems.addAboutFile("the file is empty", "write { \"sessionTtl\": { … } }" + MEANWHILE);
            }
        } catch (JsonReader.NotJson broken) {
            // Half a file is not half a config: what follows the error might have said otherwise.
            problems.add(
                    broken.at,
                    "",
                    "the file is not JSON: " + Log.inWords(broken),
                    "mend it there; nothing of it is used" + MEANWHILE);
        }
        return Optional.empty();
    }
}
