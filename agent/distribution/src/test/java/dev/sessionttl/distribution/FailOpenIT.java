package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Where the table cannot be read or written, the host runs as without the agent, and the metric says so (laws 2 and 10). */
class FailOpenIT {
    /** Reads "old" and "young" for each of its arguments; an argument that is SQL is executed first. */
    private static final String HOST = """
            package com.acme;

            import java.io.File;
            import java.sql.*;

            public class SessionStore {
                public static void main(String[] args) throws Exception {
                    for (String sql : args) {
                        if (!sql.isEmpty()) {
                            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                                for (String each : sql.split(";")) statement.execute(each);
                            }
                        }
                        System.out.println(find("old") + " " + find("young"));
                    }
                    System.err.println("all is read");
                    System.in.read();
                }

                static String find(String agentId) {
                    if (!new File("data/orchestrator.db").exists()) return "no database";
                    try (Connection connection = connect(); Statement statement = connection.createStatement();
                            ResultSet result = statement.executeQuery(
                                    "SELECT session_id FROM agent_sessions WHERE agent_id = '" + agentId + "'")) {
                        return result.next() ? result.getString(1) : null;
                    } catch (SQLException failure) {
                        return "error " + (failure.getErrorCode() & 0xff);
                    }
                }

                static Connection connect() throws SQLException {
                    return DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db?busy_timeout=50");
                }
            }
            """;

    private static final int WRITE_VERSION_OFFSET = 18;

    @TempDir
    Path folder;

    @OnEachJdk
    void aFileThatIsNoDatabaseIsCountedAndSaidOnce(Jdk jdk) {
        Host host = host(jdk)
                .withFile("data/orchestrator.db", "this is no database ".repeat(100))
                .withArguments("", "");

        Metrics metrics = sameAsWithoutAgent(host, jdk, "error 26 error 26\nerror 26 error 26\n");

        assertThat(metrics.failedOpenAt("find")).isEqualTo(4);
        assertThat(metrics.failedOpenAt("sweep")).isEqualTo(1);
    }

    @OnEachJdk
    void aDatabaseThatSomebodyHasLockedIsLeftAlone(Jdk jdk) throws SQLException {
        Database database = table();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.file())) {
            connection.createStatement().execute("BEGIN EXCLUSIVE");

            Metrics metrics = sameAsWithoutAgent(host(jdk).withArguments(""), jdk, "error 5 error 5\n");

            assertThat(metrics.failedOpenAt("find")).isEqualTo(2);
            connection.createStatement().execute("ROLLBACK");
        }
        assertThat(database.sessionIds()).containsExactly("live-id", "stale-id");
    }

    /** A stale row is known to be stale, whether or not it can be deleted: the host gets none, and the metric says the rest. */
    @OnEachJdk
    void aRowThatCannotBeDeletedIsWithheldAllTheSame(Jdk jdk) throws IOException {
        Database readOnly = table();
        try (RandomAccessFile header = new RandomAccessFile(readOnly.file().toFile(), "rw")) {
            // SQLite takes a file of a write version that it does not know for read-only.
            header.seek(WRITE_VERSION_OFFSET);
            header.write(3);
        }

        Host.Running running = host(jdk).withArguments("", "").start(jdk);
        Metrics metrics = metricsOnceAllIsRead(running);
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out()).isEqualTo("null live-id\nnull live-id\n");
        assertThat(metrics.failedOpenAt("sweep")).isEqualTo(1);
        assertThat(metrics.failedOpenAt("drop")).isEqualTo(2);
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isZero();
        assertThat(saysOnce(run)).isTrue();
        assertThat(readOnly.sessionIds()).containsExactly("live-id", "stale-id");
    }

    @OnEachJdk
    void aDatabaseThatIsNotThereIsNotCreatedAndIsNoError(Jdk jdk) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));

        Metrics metrics = sameAsWithoutAgent(host(jdk).withArguments(""), jdk, "no database no database\n");

        assertThat(metrics.failedOpen()).isZero();
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).isEmpty();
        }
    }

    /** A host that makes its database, its table and the column as it goes: from then on the agent works. */
    @OnEachJdk
    void aTableOrColumnThatIsNotThereYetIsNoErrorAndIsWaitedFor(Jdk jdk) {
        long dayAndHourAgo = System.currentTimeMillis() - Duration.ofHours(25).toMillis();
        Host.Running running = host(jdk)
                .withFile("data/readme.txt", "the host makes its database here")
                .withArguments(
                        "",
                        "CREATE TABLE other (id)",
                        "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT);"
                                + "INSERT INTO agent_sessions VALUES ('old', 'stale-id'), ('young', 'live-id')",
                        "ALTER TABLE agent_sessions ADD COLUMN last_used_at INTEGER;"
                                + "UPDATE agent_sessions SET last_used_at = " + dayAndHourAgo
                                + " WHERE agent_id = 'old'")
                .start(jdk);
        Metrics metrics = metricsOnceAllIsRead(running);
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly("no database no database", "error 1 error 1", "stale-id live-id", "null live-id");
        assertThat(metrics.failedOpen()).isZero();
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
    }

    /** What the agent has in hand, such as a connection, may not be lost where the stack ends. */
    @OnEachJdk
    void aHostWhoseStackWasFullIsServedAsEverAndLosesNothing(Jdk jdk) {
        String host = """
                package com.acme;

                public class Deep {
                    public static void main(String[] args) throws Exception {
                        Deep host = new Deep();
                        host.readAll();
                        Thread deep = new Thread(null, () -> { host.overflow(); host.readAll(); }, "deep", 400_000);
                        deep.start();
                        deep.join();
                        host.readAll();
                        System.exit(0);
                    }

                    void overflow() {
                        for (int i = 0; i < 4; i++) {
                            for (Runnable each : new Runnable[] {
                                () -> found("young", true), () -> returned("kept", true), () -> resumed("tried", true),
                                () -> dive(() -> found("young", false)), () -> dive(() -> returned("kept", false)),
                                () -> dive(() -> resumed("tried", false)), () -> dive(() -> found("none", false)) }) {
                                try {
                                    each.run();
                                    throw new IllegalStateException("the stack does not end");
                                } catch (StackOverflowError full) {
                                    // Where it was read from, the stack is empty again.
                                }
                            }
                        }
                    }

                    int reads;

                    void readAll() {
                        System.out.println(found("young", false) + " " + returned("kept", false) + " "
                                + found("old" + reads, false) + " " + returned("stale" + reads, false));
                        resumed("tried", false);
                        reads++;
                    }

                    void dive(Runnable work) { work.run(); dive(work); }
                    String found(String key, boolean deeper) { return deeper ? found(key, true) + "!" : key; }
                    String returned(String id, boolean deeper) { return deeper ? returned(id, true) + "!" : id; }
                    void resumed(String id, boolean deeper) { if (deeper) resumed(id, true); }
                }
                """;
        Database database = Database.in(folder);
        for (String young : List.of("young", "kept", "tried")) {
            database.withSession(young, young, Duration.ofHours(1));
        }
        for (String old : List.of("old0", "old1", "old2", "stale0", "stale1", "stale2")) {
            database.withSession(old, old, Duration.ofHours(25));
        }

        Host.Run run = Host.of(folder, host)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Deep#found", "key", "arg0")
                        .withRead("com.acme.Deep#returned", "sessionId", "return")
                        .withFailure("com.acme.Deep#resumed", "sessionId", "arg0")
                        .toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines()).hasSize(3).allMatch("young kept null null"::equals);
        assertThat(database.sessionIds()).containsExactlyInAnyOrder("young", "kept", "tried");
    }

    private Metrics sameAsWithoutAgent(Host host, Jdk jdk, String out) {
        Host.Run before = host.withoutAgent().run(jdk).succeeded();
        assertThat(before.out()).isEqualTo(out);

        Host.Running running = host.withAgent().start(jdk);
        Metrics metrics = metricsOnceAllIsRead(running);
        Host.Run after = running.waitFor().succeeded();

        assertThat(after.out()).isEqualTo(before.out());
        assertThat(after.hostLines()).isEqualTo(before.hostLines());
        assertThat(saysOnce(after)).as(after.err()).isTrue();
        return metrics;
    }

    private static Metrics metricsOnceAllIsRead(Host.Running running) {
        running.awaitErr(Pattern.compile("all is read"));
        return running.metrics();
    }

    private static boolean saysOnce(Host.Run run) {
        return run.agentLines().stream().distinct().count() == run.agentLines().size();
    }

    private Database table() {
        return Database.in(folder)
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
    }

    private Host host(Jdk jdk) {
        return Host.of(folder, HOST)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find", "key", "arg0")
                        .toString());
    }
}
