package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One small orchestrator, to be started in every kind of container, launcher and loader: four dispatches, of which one finds
 * an expired id, one a live one, one an id that the CLI refuses, and the last what that left behind.
 */
public final class Acme {
    /** What {@code Dispatches.of("")} prints where the agent does its work. */
    public static final String SERVED = """
            old starts fresh
            young resumes live-id
            dead is refused
            dead starts fresh
            """;

    private static final String TASK = """
            package com.acme;

            public record Task(String agentId) {}
            """;

    private static final String DISPATCHES = """
            package com.acme;

            import java.util.*;

            public class Dispatches {
                /** @param round tells the agents of one round from those of another */
                public static String of(String round) throws Exception {
                    SessionStore store = new SessionStore();
                    store.remember("old" + round, "stale-id" + round, 25);
                    store.remember("young" + round, "live-id" + round, 1);
                    store.remember("dead" + round, "dead-id" + round, 1);
                    ClaudeCli cli = new ClaudeCli();
                    StringBuilder told = new StringBuilder();
                    for (String agent : List.of("old", "young", "dead", "dead")) {
                        Optional<String> id = store.find(new Task(agent + round));
                        told.append(agent).append(id.map(cli::dispatch).orElse(" starts fresh")).append("\\n");
                    }
                    return told.toString();
                }
            }
            """;

    /** Through the driver that its own loader has: a container's DriverManager may know none. */
    private static final String STORE = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class SessionStore {
                private static final Driver DRIVER = new org.sqlite.JDBC();

                static Connection open() throws SQLException {
                    return DRIVER.connect("jdbc:sqlite:data/orchestrator.db", new Properties());
                }

                public SessionStore() throws SQLException {
                    try (Connection connection = open(); Statement create = connection.createStatement()) {
                        create.execute("CREATE TABLE IF NOT EXISTS agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_used_at INTEGER)");
                    }
                }

                public void remember(String agentId, String sessionId, int hoursAgo) throws SQLException {
                    try (Connection connection = open();
                            PreparedStatement insert = connection.prepareStatement("INSERT INTO agent_sessions VALUES (?, ?, ?)")) {
                        insert.setString(1, agentId);
                        insert.setString(2, sessionId);
                        insert.setLong(3, System.currentTimeMillis() - hoursAgo * 3_600_000L);
                        insert.executeUpdate();
                    }
                }

                public Optional<String> find(Task task) throws SQLException {
                    try (Connection connection = open();
                            PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, task.agentId());
                        ResultSet result = select.executeQuery();
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    private static final String CLI = """
            package com.acme;

            public class ClaudeCli {
                String dispatch(String sessionId) {
                    try {
                        run(sessionId);
                        return " resumes " + sessionId;
                    } catch (IllegalStateException refused) {
                        return " is refused";
                    }
                }

                String run(String sessionId) {
                    if (sessionId.startsWith("dead")) {
                        throw new IllegalStateException("No conversation found with session ID: " + sessionId);
                    }
                    return "done";
                }
            }
            """;

    /** Dispatches, then waits for the test to have looked at the agent's meters. */
    public static final String MAIN = """
            package com.acme;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.out.print(Dispatches.of(""));
                    System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                    System.out.println("done");
                    System.in.read();
                }
            }
            """;

    private Acme() {}

    /** The types that every start of it needs, behind these. */
    public static String[] with(String... sources) {
        List<String> all = new ArrayList<>(List.of(sources));
        all.addAll(List.of(TASK, DISPATCHES, STORE, CLI, Programs.PROCESS));
        return all.toArray(String[]::new);
    }

    /**
     * The database that it is to make in its first round, an earlier one being gone: then the sweep before {@code main} finds none, so that what a test sees
     * is the reads' doing, and the driver of the host is the only SQLite that was ever loaded.
     */
    public static Database database(Path folder) {
        Database database = new Database(folder.resolve("data").resolve("orchestrator.db"));
        try {
            Files.createDirectories(database.file().getParent());
            Files.deleteIfExists(database.file());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return database;
    }

    public static String config() {
        return quietly().withHttp().toString();
    }

    /** As {@link #config}, without a port of the agent's. */
    public static AgentsJson quietly() {
        return AgentsJson.ofTable()
                .withSweep()
                .withRead("com.acme.SessionStore#find(Task)", "key", "arg0.agentId")
                .withFailure("com.acme.ClaudeCli#run(String)", "sessionId", "arg0");
    }

    /** Waits for {@code done}, looks at the meters, lets the host end, and finds nothing but what was asked for. */
    public static Host.Run servedBy(Host.Running running, int rounds) {
        return servedBy(running, rounds, rounds);
    }

    /** As {@link #servedBy(Host.Running, int)}, where a host has its own count of expired ids and of refused ones. */
    public static Host.Run servedBy(Host.Running running, int expired, int refused) {
        Metrics metrics = running.awaitOut("done\n").metrics();
        Host.Run run = running.waitFor().succeeded();
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(expired);
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(refused);
        assertThat(metrics.failedOpen()).isZero();
        assertThat(run.err().lines().filter(Acme::isWarning)).isEmpty();
        return run;
    }

    public static boolean isWarning(String line) {
        return line.contains("WARN") || line.contains("SEVERE") || line.contains("ERROR") || line.contains("Exception");
    }
}
