package dev.sessionttl.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a PostgreSQL password file, {@code hostname:port:database:username:password}, read as PostgreSQL's own
 * clients read them; see https://www.postgresql.org/docs/current/libpq-pgpass.html. Immutable.
 */
final class PgPass {
    private static final int PASSWORD = 4;

    /** A field without its escapes. {@code *} alone stands for anything, and {@code \*} for itself. */
    private record Field(String text, boolean isWildcard) {
        boolean matches(String wanted) {
            return isWildcard || text.equals(wanted);
        }
    }

    private final List<List<Field>> lines;

    private PgPass(List<List<Field>> lines) {
        this.lines = lines;
    }

    static PgPass parse(String text) {
        List<List<Field>> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int feed = text.indexOf('\n', start);
            int end = feed < 0 ? text.length() : feed;
            int stop = end;
            while (stop > start && text.charAt(stop - 1) == '\r') {
                stop--;
            }
            List<Field> fields = fields(text.substring(start, stop));
            if (text.charAt(start) != '#' && fields.size() > PASSWORD) {
                lines.add(fields);
            }
            start = end + 1;
        }
        return new PgPass(lines);
    }

    /** The password of the first line that fits; it may be empty. */
    Optional<String> password(String host, String port, String database, String user) {
        for (List<Field> line : lines) {
            if (line.get(0).matches(host)
                    && line.get(1).matches(port)
                    && line.get(2).matches(database)
                    && line.get(3).matches(user)) {
                return Optional.of(line.get(PASSWORD).text());
            }
        }
        return Optional.empty();
    }

    private static List<Field> fields(String line) {
        List<Field> fields = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ':') {
                fields.add(new Field(text.toString(), line.substring(start, i).equals("*")));
                text.setLength(0);
                start = i + 1;
            } else {
                boolean escapes = c == '\\' && i + 1 < line.length();
                text.append(escapes ? line.charAt(++i) : c);
            }
        }
        fields.add(new Field(text.toString(), false));
        return fields;
    }
}
