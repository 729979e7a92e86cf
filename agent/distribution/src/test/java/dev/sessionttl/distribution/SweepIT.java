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

/** The sweep of a large table, within its budget and beyond it, of rows that are to be kept, and of keys of two columns. */
class SweepIT {
    private static final String IDLE_HOST = """
            package com.acme;

            public class Main {
                public static void main(String[] args) {
                    System.out.println("main");
                }
            }
            """;

    /** Reads expired and live sessions until no expired one is left, through a driver of its own. */
    private static final String PATIENT_HOST = """
            package com.acme;

            import java.sql.*;
            import java.util.concurrent.TimeUnit;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = connection.createStatement()) {
                        System.out.println("much is left when main begins: " + (expired(statement) > 5_000));
                        int wrong = 0;
                        int reads = 0;
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                        while (expired(statement) > 0 && System.nanoTime() < end) {
                            wrong += new SessionStore().find("old " + (19_999 - reads)).isPresent() ? 1 : 0;
                            wrong += new SessionStore().find("young " + reads).isPresent() ? 0 : 1;
                            reads++;
                        }
                        System.out.println("wrong reads meanwhile: " + wrong + (reads < 5 ? " of too few" : ""));
                        System.out.println("left: " + expired(statement));
                    }
                }

                static int expired(Statement statement) throws SQLException {
                    try (ResultSet count = statement.executeQuery("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'old%'")) {
                        return count.getInt(1);
                    }
                }
            }
            """;

    private static final String TWO_KEYS = """
            package com.acme;

            import java.util.*;

            public class Main {
                public static void main(String[] args) {
                    System.out.println(find("one", "a") + " " + find("one", "b") + " " + find("two", "a") + " " + find("two", "c"));
                }

                static Optional<String> find(String project, String agent) {
                    return Optional.of("by heart");
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void ofALargeTableAllAndOnlyTheExpiredSessionsAreGoneBeforeMain(Jdk jdk) {
        Database database = Database.in(folder);
        fill(database, 50_000);

        Host.Run run = Host.of(folder, IDLE_HOST)
                .withConfig(Programs.config("\"sweepBudgetMs\": 60000"))
                .run(jdk)
                .succeeded();

        assertThat(run.err()).contains("swept 50000 expired sessions\n");
        assertThat(database.query("SELECT count(*) FROM agent_sessions")).containsExactly("50000");
        assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'young %'"))
                .containsExactly("50000");
    }

    @OnEachJdk
    void whatTheBudgetLeavesIsSweptWhileTheHostRunsAndReadsAreRightMeanwhile(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        fill(database, 20_000);

        Host.Run run = Host.of(folder, PATIENT_HOST, Programs.STORE)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 1, \"busyTimeoutMs\": 1000"))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                much is left when main begins: true
                wrong reads meanwhile: 0
                left: 0
                """);
        assertThat(run.err()).contains("; the rest will follow in the background");
        assertThat(database.query("SELECT count(*) FROM agent_sessions")).containsExactly("20000");
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
    }

    @OnEachJdk
    void withClearSessionIdTheRowsStayAndOnlyTheIdsGo(Jdk jdk) {
        Database database = Database.in(folder)
                .execute("DROP TABLE agent_sessions")
                .execute(
                        "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at INTEGER)")
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, IDLE_HOST)
                .withConfig(Programs.config("\"expire\": \"clear-session-id\""))
                .run(jdk)
                .succeeded();

        assertThat(run.err()).contains("swept 1 expired sessions\n");
        assertThat(database.query(
                        "SELECT agent_id || '=' || ifnull(session_id, 'none') FROM agent_sessions ORDER BY 1"))
                .containsExactly("old=none", "young=live-id");
    }

    @OnEachJdk
    void aSweepOfAKeyOfTwoColumnsTakesBothIntoAccount(Jdk jdk) {
        Database database = withKeysOfTwoColumns();

        Host.of(folder, IDLE_HOST)
                .withConfig(withKeyOfTwoColumns(2_000))
                .run(jdk)
                .succeeded();

        assertThat(database.query("SELECT project || agent_id FROM agent_sessions ORDER BY 1"))
                .containsExactly("oneb", "twoa");
    }

    @OnEachJdk
    void aReadByAKeyOfTwoColumnsTakesBothIntoAccount(Jdk jdk) {
        Database database = withKeysOfTwoColumns();

        Host.Run run = Host.of(folder, TWO_KEYS)
                .withConfig(withKeyOfTwoColumns(0))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("Optional.empty Optional[by heart] Optional[by heart] Optional.empty\n");
        assertThat(database.query("SELECT project || agent_id FROM agent_sessions ORDER BY 1"))
                .containsExactly("oneb", "twoa");
    }

    /** In each project one agent of the same name is stale or young, and one session id is in two projects. */
    private Database withKeysOfTwoColumns() {
        long young = System.currentTimeMillis();
        long old = young - Duration.ofHours(25).toMillis();
        return Database.in(folder)
                .execute("DROP TABLE agent_sessions")
                .execute(
                        "CREATE TABLE agent_sessions (project TEXT, agent_id TEXT, session_id TEXT, last_used_at INTEGER,"
                                + " PRIMARY KEY (project, agent_id)) WITHOUT ROWID")
                .execute("INSERT INTO agent_sessions VALUES ('one', 'a', 'id-1', " + old + "), ('one', 'b', 'id-2', "
                        + young + "), ('two', 'a', 'id-3', " + young + "), ('two', 'c', 'id-4', " + old + ")");
    }

    private static String withKeyOfTwoColumns(int sweepBudgetMillis) {
        return """
                {
                  "sessionTtl": {
                    "store": { "url": "jdbc:sqlite:data/orchestrator.db", "key": ["project", "agent_id"], "sweepBudgetMs": %d },
                    "reads": [ { "at": "com.acme.Main#find(String, String)", "key": ["arg0", "arg1"] } ]
                  }
                }
                """.formatted(sweepBudgetMillis);
    }

    /** As many expired sessions as live ones, none like its neighbour. */
    private static void fill(Database database, int each) {
        long now = System.currentTimeMillis();
        database.execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " + (2 * each - 1)
                + ") INSERT INTO agent_sessions SELECT iif(i % 2, 'old ', 'young ') || (i / 2), 'id ' || i, iif(i % 2, "
                + (now - Duration.ofHours(25).toMillis()) + ", "
                + (now - Duration.ofHours(1).toMillis()) + ") - i FROM n");
    }
}
