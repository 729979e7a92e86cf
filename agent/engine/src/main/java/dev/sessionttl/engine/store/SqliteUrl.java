package dev.sessionttl.engine.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The database file that a {@code jdbc:sqlite:} URL names.
 *
 * @param file absolute; a relative one lies under the host's working directory, as the host's own driver takes it
 */
record SqliteUrl(Path file) {
    private static final String PREFIX = "jdbc:sqlite:";

    static SqliteUrl parse(String url) {
        String rest = url.substring(PREFIX.length());
        int parameters = rest.indexOf('?');
        String name = parameters < 0 ? rest : rest.substring(0, parameters);
        if (name.startsWith("file:")) {
            name = URLDecoder.decode(name.substring("file:".length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            name = name.startsWith("//") ? name.substring(name.indexOf('/', 2)) : name;
        }
        return new SqliteUrl(Path.of(name).toAbsolutePath().normalize());
    }

    /** The same file, to be opened without ever being created (law 2), as SQLite's own URI form says it. */
    String withoutCreating() {
        try {
            String path = file.toUri().getPath();
            return PREFIX + "file:" + new URI(null, null, path, null).getRawPath() + "?mode=rw";
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(file + " cannot be written as a URI", impossible);
        }
    }
}
