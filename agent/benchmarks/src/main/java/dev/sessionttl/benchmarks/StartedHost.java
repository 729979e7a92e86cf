package dev.sessionttl.benchmarks;

import dev.sessionttl.benchmarks.host.SmallHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host whose start is measured.
 *
 * @param description for people
 * @param program class path or jar, and arguments
 * @param url of its database
 * @param asMade puts that back as it was
 * @param countExpired in SQL
 * @param started what it says once it has; else it has when it ends
 */
record StartedHost(
        String description,
        Path folder,
        List<String> program,
        String url,
        Restored asMade,
        String countExpired,
        Optional<Pattern> started) {
    private static final String OLD = "(CAST(strftime('%s', 'now') AS INTEGER) - 108000) * 1000";

    /** A database that is as it was made, whatever a start did to it. */
    @FunctionalInterface
    interface Restored {
        void again() throws Exception;
    }

    static StartedHost hello(Path folder, SqliteTable table) {
        return small("hello world, until it ended", folder, table, List.of());
    }

    static StartedHost oneRead(Path folder, SqliteTable table) {
        return small(
                "the same after one read at a site, until it ended",
                folder,
                table,
                List.of(table.url(), table.liveKey(0)));
    }

    private static StartedHost small(String description, Path folder, SqliteTable table, List<String> arguments) {
        List<String> program = new ArrayList<>(List.of("-cp", classPath(table), SmallHost.class.getName()));
        program.addAll(arguments);
        return new StartedHost(
                description,
                folder,
                program,
                table.url(),
                table::restore,
                "SELECT count(*) - " + table.liveRows() + " FROM agent_sessions",
                Optional.empty());
    }

    static String classPath(SessionTable table) {
        return Jars.hosts() + System.getProperty("path.separator") + table.driver();
    }

    static StartedHost springBoot(Path folder) throws Exception {
        return springBoot("Spring Boot with JPA and HikariCP, until it had started", folder, Jars.springBootHost());
    }

    /** As an AOT cache wants it, which keeps nothing of a jar that lies in a jar. */
    static StartedHost unpackedSpringBoot(Path folder) throws Exception {
        Path jar = Jars.springBootHost();
        List<String> tools = List.of("-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", "unpacked");
        try (ChildJvm unpacking = ChildJvm.start(folder, List.of(), tools)) {
            long unused = unpacking.awaitEnd();
        }
        return springBoot(
                "the same, unpacked, from an AOT cache made with the same options",
                folder,
                folder.resolve("unpacked").resolve(jar.getFileName()));
    }

    /** Its own schema, with 1,000 rows in it, 100 of them expired. */
    private static StartedHost springBoot(String description, Path folder, Path jar) throws Exception {
        List<String> program = List.of("-jar", jar.toString(), "--logging.level.com.acme.helpdesk=info");
        Path file = folder.resolve("helpdesk.db");
        String url = "jdbc:sqlite:" + file;
        try (ChildJvm first = ChildJvm.start(folder, List.of(), program)) {
            first.await(Pattern.compile("Started Helpdesk in"));
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
                    + " INSERT INTO conversations (ticket, title, session_id, updated_at) SELECT 'ticket-' || i, 'title',"
                    + " 'session-' || i, " + OLD + " + CASE WHEN i % 10 = 0 THEN 0 ELSE 100000000 END FROM n");
        }
        Path master = Files.copy(file, folder.resolve("as-made.db"));
        return new StartedHost(
                description,
                folder,
                program,
                url,
                () -> Files.copy(master, file, StandardCopyOption.REPLACE_EXISTING),
                "SELECT count(*) - 900 FROM conversations WHERE session_id IS NOT NULL",
                Optional.of(Pattern.compile("Started Helpdesk in")));
    }

    /** Those of a variant, and where the hand-made ones find the database. */
    List<String> options(Variant variant) {
        List<String> options = new ArrayList<>(variant.options());
        options.add("-Dhost.database=" + url);
        return options;
    }

    /** How many expired sessions are still stored. */
    int expired() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(countExpired)) {
            return result.getInt(1);
        }
    }
}
