package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
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

    /** Gets as far as the middle of the sweep, and ends there unless it is to wait for its own end. */
    private static final String INTERRUPTED_HOST = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = connection.createStatement()) {
                        while (expired(statement) > 15_000) {
                            Thread.onSpinWait();
                        }
                        System.out.println("in the middle");
                        if (args.length > 0) {
                            System.in.read();
                        }
                    }
                }

                static int expired(Statement statement) throws SQLException {
                    try (ResultSet count = statement.executeQuery("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'old%'")) {
                        return count.getInt(1);
                    }
                }
            }
            """;

    /** Has sessions of long ago appear, and waits for each to go. */
    private static final String AGEING_HOST = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db?busy_timeout=10000");
                            Statement statement = connection.createStatement()) {
                        for (String id : new String[] {"old-1", "old-2"}) {
                            statement.executeUpdate("INSERT INTO agent_sessions VALUES ('" + id + "', '" + id + "', "
                                    + (System.currentTimeMillis() - 90_000_000) + ")");
                            while (rows(statement).contains(id)) {
                                Thread.onSpinWait();
                            }
                            System.out.println(id + " is gone");
                        }
                        System.out.println("left: " + rows(statement));
                    }
                }

                static String rows(Statement statement) throws SQLException {
                    try (ResultSet rows = statement.executeQuery("SELECT group_concat(agent_id) FROM agent_sessions")) {
                        return rows.getString(1);
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

    private static final int KILLED = 128 + 9;

    @TempDir
    Path folder;

    @OnEachJdk
    void ofALargeTableAllAndOnlyTheExpiredSessionsAreGoneBeforeMain(Jdk jdk) {
        Database database = Database.in(folder);
        fill(database, 120_000);

        Host.Run run = Host.of(folder, IDLE_HOST)
                .withConfig(Programs.config("\"sweepBudgetMs\": 60000"))
                .run(jdk)
                .succeeded();

        assertThat(run.agentLines())
                .filteredOn(line -> line.startsWith("swept"))
                .satisfiesExactly(
                        progress -> assertThat(progress).matches("swept 1\\d{5} expired sessions so far"),
                        end -> assertThat(end).isEqualTo("swept 120000 expired sessions"));
        assertThat(database.query("SELECT count(*) FROM agent_sessions")).containsExactly("120000");
        assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'young %'"))
                .containsExactly("120000");
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

    /** As hosts make it where each key is found by a scan. */
    @OnEachJdk
    void aLargeTableWithoutAnIndexIsSweptWithinTheBudgetAsWell(Jdk jdk) {
        Database database = Database.in(folder)
                .execute("DROP TABLE agent_sessions")
                .execute("CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at INTEGER)");
        fill(database, 20_000);

        Host.Run run = Host.of(folder, IDLE_HOST)
                .withConfig(Programs.config("\"sweepBudgetMs\": 60000"))
                .run(jdk)
                .succeeded();

        assertThat(run.err()).contains("swept 20000 expired sessions\n");
        assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'young %'"))
                .containsExactly("20000");
    }

    @OnEachJdk
    void killedInTheMiddleOfTheSweepBeforeMainItLosesNothingAndTheNextStartFinishes(Jdk jdk) throws Exception {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        fill(database, 400_000);
        Host host = Host.of(folder, IDLE_HOST).withConfig(Programs.config("\"sweepBudgetMs\": 600000"));

        Host.Running running = host.start(jdk);
        running.awaitErr(Pattern.compile("swept \\d+ expired sessions so far"));
        assertThat(running.process().destroyForcibly().waitFor()).isEqualTo(KILLED);

        nothingIsLost(database, 400_000);
        int left = expiredLeft(database);
        assertThat(left).as("it was in the middle").isBetween(1, 300_000);
        assertThat(host.run(jdk).succeeded().err()).contains("swept " + left + " expired sessions\n");
        assertThat(expiredLeft(database)).isZero();
        nothingIsLost(database, 400_000);
    }

    @OnEachJdk
    void killedInTheMiddleOfTheSweepBesideTheHostItLosesNothingAndTheNextStartFinishes(Jdk jdk) throws Exception {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        fill(database, 20_000);
        Host host = Host.of(folder, INTERRUPTED_HOST)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 0"))
                .withArguments("wait");

        Host.Running running = host.start(jdk).awaitOut("in the middle");
        assertThat(running.process().destroyForcibly().waitFor()).isEqualTo(KILLED);

        theNextStartFinishes(jdk, database, running);
    }

    @OnEachJdk
    void aHostThatEndsInTheMiddleOfTheSweepEndsAtOnceAndTheNextStartFinishes(Jdk jdk) throws Exception {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        fill(database, 20_000);
        Host host = Host.of(folder, INTERRUPTED_HOST).withSqlite().withConfig(Programs.config("\"sweepBudgetMs\": 0"));

        Host.Running running = host.start(jdk);
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
        theNextStartFinishes(jdk, database, running);
    }

    private void theNextStartFinishes(Jdk jdk, Database database, Host.Running first) throws IOException {
        assertThat(Files.readString(first.err())).doesNotContain("swept 20000");
        nothingIsLost(database, 20_000);
        assertThat(expiredLeft(database)).as("it was in the middle").isBetween(1, 15_000);

        Host.of(folder, IDLE_HOST)
                .withConfig(Programs.config("\"sweepBudgetMs\": 60000"))
                .run(jdk)
                .succeeded();

        assertThat(expiredLeft(database)).isZero();
        nothingIsLost(database, 20_000);
    }

    private static void nothingIsLost(Database database, int young) {
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'young %'"))
                .containsExactly(String.valueOf(young));
    }

    private static int expiredLeft(Database database) {
        return Integer.parseInt(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'old %'")
                .get(0));
    }

    @OnEachJdk
    void aTableIsSweptAgainAsOftenAsTheConfigSays(Jdk jdk) {
        Database.in(folder).withSession("a", "young-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, AGEING_HOST)
                .withSqlite()
                .withConfig(Programs.config("\"sweepEveryMs\": 200, \"busyTimeoutMs\": 1000"))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                old-1 is gone
                old-2 is gone
                left: a
                """);
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
