package dev.sessionttl.distribution.host;

/** Types that hosts of several tests are made of, as source text. */
public final class Programs {
    private Programs() {}

    /** A store that opens a connection for each read, as many small hosts do. */
    public static final String STORE = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class SessionStore {
                public Optional<String> find(String agentId) throws SQLException {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    /** A store that knows a session for everyone by heart, and no SQLite. */
    public static final String STORE_WITHOUT_SQLITE = """
            package com.acme;

            import java.util.*;

            public class SessionStore {
                public Optional<String> find(String agentId) {
                    return Optional.of("by heart");
                }
            }
            """;

    /** A CLI that refuses every resume. */
    public static final String CLI = """
            package com.acme;

            public class ClaudeCli {
                public boolean resume(String sessionId) {
                    try {
                        return run(sessionId);
                    } catch (IllegalStateException refused) {
                        return false;
                    }
                }

                boolean run(String sessionId) {
                    throw new IllegalStateException("No conversation found with session ID: " + sessionId);
                }
            }
            """;

    /** What of SQLite this process has open, as Linux tells it; nothing is opened by looking. */
    public static final String PROCESS = """
            package com.acme;

            import java.io.*;
            import java.nio.file.*;
            import java.util.stream.*;

            public class ThisProcess {
                public static long descriptorsOnTheDatabase() throws IOException {
                    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                        return descriptors.filter(ThisProcess::isOnTheDatabase).count();
                    }
                }

                private static boolean isOnTheDatabase(Path descriptor) {
                    try {
                        return Files.readSymbolicLink(descriptor).toString().contains("orchestrator.db");
                    } catch (IOException closedMeanwhile) {
                        return false;
                    }
                }

                public static long copiesOfSqlite() throws IOException {
                    try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
                        return mappings.filter(line -> line.contains("sqlitejdbc")).map(line -> line.substring(line.indexOf('/'))).distinct().count();
                    }
                }
            }
            """;

    /** A config with these entries in {@code store}, beside the URL and the read and failure sites of the types here. */
    public static String config(String store) {
        return """
                {
                  "sessionTtl": {
                    "store": { "url": "jdbc:sqlite:data/orchestrator.db", %s },
                    "reads": [ { "at": "com.acme.SessionStore#find(String)", "key": "arg0" } ],
                    "failures": [ { "at": "com.acme.ClaudeCli#run(String)", "sessionId": "arg0" } ],
                    "http": { "host": "127.0.0.1", "port": 0 }
                  }
                }
                """.formatted(store);
    }
}
