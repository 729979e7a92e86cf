package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.List;
import java.util.Optional;

/** The rule for a JDBC URL of a database that the host and the agent can both open. */
final class StoreUrl implements Rule<String> {
    private static final String SQLITE = "jdbc:sqlite:";

    /** What the store speaks; another dialect is one more line. */
    private static final List<String> SCHEMES = List.of(SQLITE);

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
        } else {
            return Optional.of(url);
        }
        return Optional.empty();
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

    /** Without its parameters: they may hold a password. */
    private static String shown(String url) {
        int query = url.indexOf('?');
        return new Text(query < 0 ? url : url.substring(0, query) + "?…", Position.NONE).shown();
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
