package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A host whose SQLite driver is years older than the agent's own: all that the agent does goes through it. */
class OldDriversIT {
    private static final String HOST = """
            package com.acme;

            import java.sql.*;
            import java.util.concurrent.TimeUnit;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db")) {
                        System.out.println("SQLite " + connection.getMetaData().getDatabaseProductVersion());
                        System.out.println("when main begins: " + ids(connection));
                        // Gone stale while the host runs.
                        execute(connection, "UPDATE agent_sessions SET last_used_at = last_used_at - 90000000 WHERE agent_id IN ('read', 'left')");
                        SessionStore store = new SessionStore();
                        System.out.println("read: " + store.find("read") + " " + store.find("young"));
                        System.out.println("failed: " + new ClaudeCli().resume("refused-id"));
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                        while (ids(connection).contains("left") && System.nanoTime() < end) {
                            Thread.sleep(20);
                        }
                        System.out.println("once swept: " + ids(connection));
                    }
                }

                static String ids(Connection connection) throws SQLException {
                    try (Statement select = connection.createStatement();
                            ResultSet result = select.executeQuery("SELECT coalesce(group_concat(session_id), 'none')"
                                    + " FROM (SELECT session_id FROM agent_sessions ORDER BY session_id)")) {
                        result.next();
                        return result.getString(1);
                    }
                }

                static void execute(Connection connection, String sql) throws SQLException {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("PRAGMA busy_timeout = 20000");
                        statement.execute(sql);
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void readsFailuresAndSweepsGoThroughTheDriverOf2017(Jdk jdk) {
        everythingGoesThrough("3.21.0", jdk);
    }

    @OnEachJdk
    void readsFailuresAndSweepsGoThroughTheDriverOf2021(Jdk jdk) {
        everythingGoesThrough("3.36.0", jdk);
    }

    private void everythingGoesThrough(String driver, Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL")
                .withSession("swept before main", "stale-id", Duration.ofHours(25))
                .withSession("read", "read-id", Duration.ofHours(1))
                .withSession("refused", "refused-id", Duration.ofHours(1))
                .withSession("left", "left-id", Duration.ofHours(1))
                .withSession("young", "young-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, HOST, Programs.STORE, Programs.CLI)
                .withLibrary(Host.oldDriver(driver))
                .withConfig(Programs.config("\"sweepEveryMs\": 3000, \"busyTimeoutMs\": 5000"))
                .withJvmOptions("-Dsession.ttl.log=debug")
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                SQLite %s
                when main begins: left-id,read-id,refused-id,young-id
                read: Optional.empty Optional[young-id]
                failed: false
                once swept: young-id
                """.formatted(driver));
        assertThat(run.err()).contains("only that driver is used from here on");
        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
        assertThat(database.sessionIds()).containsExactly("young-id");
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
    }
}
