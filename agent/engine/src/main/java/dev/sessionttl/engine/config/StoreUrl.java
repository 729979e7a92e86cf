package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rule for a JDBC URL of a database that the host and the agent can both open. */
final class StoreUrl implements Rule<String> {
    private static final String SQLITE = "jdbc:sqlite:";

    /** What the store speaks; another dialect is one more line. */
    private static final List<String> SCHEMES = List.of(SQLITE, PostgresUrl.SCHEME);

    /** A percent sign that two hex digits do not follow, a NUL, a server without a path: {@code file:} names follow RFC 3986. */
    private static final String MALFORMED =
            "^jdbc:sqlite:(?:[^?]*\0|file:[^?]*%(?!\\p{XDigit}{2})|file:[^?]*%00|file://[^/?]*(?:\\?|$))";

    private static final String RIGHT = "write the host's own JDBC URL, such as jdbc:sqlite:data/orchestrator.db";

    @Override
    public Optional<String> read(Entry entry) {
        if (!(entry.value() instanceof Text text)) {
            entry.complain(entry.value().shown() + " is not a text", RIGHT + ", in quotes");
            return Optional.empty();
        }
        String url = text.value();
        if (!url.startsWith("jdbc:")) {
            entry.complain(shown(url) + " is not a JDBC URL", RIGHT);
        } else if (!isSupported(url)) {
            entry.complain(
                    shown(url) + " names a database that is not supported",
                    "supported are " + String.join(", ", SCHEMES));
        } else if (isUnshared(url)) {
            entry.complain(
                    shown(url) + " is no database on disk, and cannot be shared with the host",
                    "write the URL of the file that the host keeps its sessions in");
        } else if (isMalformed(url)) {
            entry.complain(
                    shown(url) + " cannot be read as the name of a file",
                    "after file: write %25 for a percent sign, or leave file: out and write the path as it is");
        } else if (isPostgres(url) && !PostgresUrl.namesServers(url)) {
            // The driver refuses it too, but quotes it in the host's log first, and the password with it.
            entry.complain(
                    shown(url) + " does not name a server: user:password@ is not of JDBC, and a port is a number",
                    "write jdbc:postgresql://host:5432/database, the user as store.user, and " + Password.RIGHT);
        } else {
            if (isPostgres(url) && PostgresUrl.holdsPassword(url)) {
                entry.complain(
                        shown(url) + " holds a password",
                        "take it out, and " + Password.RIGHT,
                        "meanwhile the URL is used as it is");
            }
            return Optional.of(url);
        }
        return Optional.empty();
    }

    /**
     * The URL without all that may be a password. It is also asked about what is no URL at all, so whatever stands before an
     * {@code @} or behind a {@code =} counts as one.
     */
    static String withoutSecrets(String url) {
        boolean isFile = url.startsWith(SQLITE);
        int end = 0;
        while (end < url.length() && (isFile ? "?" : "?;=").indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String head = end == url.length() ? url : url.substring(0, end + 1) + '…';
        int host = isFile ? -1 : url.lastIndexOf('@');
        if (host < 0) {
            return head;
        }
        int scheme = url.indexOf(':', url.startsWith("jdbc:") ? "jdbc:".length() : 0) + 1;
        String known = scheme <= Math.min(host, end) ? url.substring(0, scheme) : "";
        return known + '…' + (host < end ? head.substring(host) : "");
    }

    static boolean isPostgres(String url) {
        return url.startsWith(PostgresUrl.SCHEME);
    }

    private static String shown(String url) {
        return new Text(withoutSecrets(url), Position.NONE).shown();
    }

    /** A path as it is, as nearly all are, is not put to a pattern: its classes would be loaded at every start. */
    private static boolean isMalformed(String url) {
        boolean isPath = !url.startsWith(SQLITE + "file:") && url.indexOf('\0') < 0;
        return !isPath && Pattern.compile(MALFORMED).matcher(url).find();
    }

    private static boolean isSupported(String url) {
        for (String scheme : SCHEMES) {
            if (url.startsWith(scheme)) {
                return true;
            }
        }
        return false;
    }

    /** SQLite's databases that are in memory, temporary (no name) or inside a jar; see https://www.sqlite.org/inmemorydb.html. */
    private static boolean isUnshared(String url) {
        if (!url.startsWith(SQLITE)) {
            return false;
        }
        String database = url.substring(SQLITE.length());
        int query = database.indexOf('?');
        String name = query < 0 ? database : database.substring(0, query);
        String options = query < 0 ? "" : database.substring(query);
        return name.isBlank()
                || name.equals("file:")
                || name.startsWith(":memory:")
                || name.startsWith("file::memory:")
                || name.startsWith(":resource:")
                || options.contains("?mode=memory")
                || options.contains("&mode=memory");
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
