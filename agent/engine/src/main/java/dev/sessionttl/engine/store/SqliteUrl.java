package dev.sessionttl.engine.store;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The database file that a {@code jdbc:sqlite:} URL names.
 *
 * @param file absolute; a relative one lies under the host's working directory, as the host's own driver takes it
 */
record SqliteUrl(Path file) {
    private static final String PREFIX = "jdbc:sqlite:";

    static SqliteUrl parse(String url) {
        return new SqliteUrl(fileNamed(url.substring(PREFIX.length())));
    }

    /** Whether a driver that is given this name opens that file; links are followed, and nothing is opened (law 1). */
    static boolean isSameFile(String name, Path file) {
        try {
            Path named = fileNamed(name);
            return named.equals(file) || Files.isSameFile(named, file);
        } catch (IOException | RuntimeException notThere) {
            return false;
        }
    }

    /** Whether a file is the database itself, or what SQLite keeps beside it; by name too, for it may not be there yet. */
    static boolean isOf(Path database, Path file) {
        return List.of("", "-wal", "-shm", "-journal").stream()
                .map(suffix -> database.resolveSibling(database.getFileName() + suffix))
                .anyMatch(path ->
                        isSameFile(path.toString(), file) || inRealFolder(path).equals(inRealFolder(file)));
    }

    /** A file that need not be there, by the real path of its folder. */
    static Path inRealFolder(Path file) {
        try {
            return file.resolveSibling(".").toRealPath().resolve(file.getFileName());
        } catch (IOException | RuntimeException notThere) {
            return file;
        }
    }

    private static Path fileNamed(String nameWithParameters) {
        int parameters = nameWithParameters.indexOf('?');
        String name = parameters < 0 ? nameWithParameters : nameWithParameters.substring(0, parameters);
        if (name.startsWith("file:")) {
            name = URLDecoder.decode(name.substring("file:".length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            name = name.startsWith("//") ? name.substring(name.indexOf('/', 2)) : name;
        }
        return Path.of(name).toAbsolutePath().normalize();
    }

    /** The same file, to be opened without ever being created (law 2), as SQLite's own URI form says it. */
    String withoutCreating() {
        return inMode("rw");
    }

    /** The same file, to be looked at alone. */
    String readOnly() {
        return inMode("ro");
    }

    private String inMode(String mode) {
        try {
            String path = file.toUri().getPath();
            return PREFIX + "file:" + new URI(null, null, path, null).getRawPath() + "?mode=" + mode;
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(file + " cannot be written as a URI", impossible);
        }
    }
}
