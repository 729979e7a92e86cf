package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Hosts without a last-used column, or without a table at all: the agent's own record tells how old an id is. */
@EnabledOnOs(OS.LINUX)
class ObservedIT {
    /** Knows an id for everyone by heart, as one that reads a JSON file does. */
    private static final String BY_HEART = """
            package com.acme;

            public class Main {
                public static void main(String[] args) throws Exception {
                    for (String agent : args) System.out.println(agent + "=" + find(agent));
                    System.out.println("done");
                    System.in.read();
                }

                static String find(String agent) { return "id-of-" + agent; }
            }
            """;

    private static final String NO_STORE = """
            {
              "sessionTtl": {
                "store": "none",
                "reads": [ { "at": "com.acme.Main#find(String)", "sessionId": "return" } ],
                "http": { "port": 0 }
              }
            }
            """;

    private static final String IN_A_TABLE = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db")) {
                        for (String agent : args) System.out.println(agent + "=" + find(connection, agent));
                    }
                }

                static String find(Connection connection, String agent) throws SQLException {
                    try (PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agent);
                        ResultSet result = select.executeQuery();
                        return result.next() ? result.getString(1) : null;
                    }
                }
            }
            """;

    /** Writes to its own database as fast as it can, with reads between that the agent notes in its record. */
    private static final String BUSY = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db")) {
                        Statement statement = connection.createStatement();
                        statement.execute("PRAGMA journal_mode = WAL");
                        statement.execute("PRAGMA synchronous = OFF");
                        statement.execute("PRAGMA wal_autocheckpoint = 20");
                        long end = System.nanoTime() + 3_000_000_000L;
                        int written = 0;
                        for (; System.nanoTime() < end; written++) {
                            statement.execute("INSERT INTO agent_sessions VALUES ('agent " + written + "', 'id " + written + "')");
                            if (find(connection, "agent " + written) == null) throw new AssertionError("agent " + written);
                        }
                        System.out.println("written: " + written);
                    }
                }

                static String find(Connection connection, String agent) throws SQLException {
                    try (PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agent);
                        ResultSet result = select.executeQuery();
                        return result.next() ? result.getString(1) : null;
                    }
                }
            }
            """;

    /** Has a backup of everything made, and means to look into the agent's record too. */
    private static final String CURIOUS = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.out.println(find("a"));
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:config/session-ttl-observed.db")) {
                        connection.createStatement().execute("CREATE TABLE mine AS SELECT 1 AS x");
                        System.out.println("mine");
                    }
                    System.out.println(find("b"));
                }

                static String find(String agent) { return "id-of-" + agent; }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void anIdInNoTableExpiresByWhatWasSeenAndStaysExpiredOverRestarts(Jdk jdk) throws IOException {
        Host host = Host.of(folder, BY_HEART).withJvmOptions(jdk.nativeAccess()).withConfig(NO_STORE);

        assertThat(reads(host.withArguments("a", "b"), jdk)).containsExactly("a=id-of-a", "b=id-of-b");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record().file())))
                .isEqualTo("rw-------");
        everythingWasUsedLongAgo();

        Host.Running running = host.withArguments("a", "c").start(jdk).awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines().limit(4)).containsExactly("a=null", "b=null", "a=null", "c=id-of-c");
        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(2);
        assertThat(metrics.valueOf("claude_session_vetoed_reads_total")).isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_rows")).isNaN();
        assertThat(metrics.failedOpen()).isZero();
        assertThat(reads(host, jdk)).containsExactly("a=null", "b=null", "a=null", "c=id-of-c");
    }

    @OnEachJdk
    void aHostThatIsKilledLosesNothingThatWasSaved(Jdk jdk) throws Exception {
        Host host = Host.of(folder, BY_HEART)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(NO_STORE)
                .withArguments("a");

        Host.Running running = host.start(jdk).awaitOut("done");
        long end = System.nanoTime() + 60_000_000_000L;
        while (record().query("SELECT count(*) FROM observed").contains("0")) {
            assertThat(System.nanoTime()).as("nothing is ever saved").isLessThan(end);
        }
        assertThat(running.process().destroyForcibly().waitFor()).isEqualTo(137);
        everythingWasUsedLongAgo();

        assertThat(record().query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(reads(host, jdk)).containsExactly("a=null");
    }

    @OnEachJdk
    void aBrokenRecordIsSetAsideAndEverythingCountsAsUsedNow(Jdk jdk) throws IOException {
        Host host = Host.of(folder, BY_HEART)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(NO_STORE)
                .withArguments("a");
        reads(host, jdk);
        everythingWasUsedLongAgo();
        Files.write(record().file(), new byte[10_000]);

        Host.Running running = host.start(jdk).awaitOut("done");
        assertThat(running.metrics().failedOpen()).isZero();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out()).startsWith("a=id-of-a\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN")))
                .singleElement()
                .asString()
                .contains("set aside as session-ttl-observed.db.broken");
        assertThat(record().file().resolveSibling("session-ttl-observed.db.broken"))
                .hasSize(10_000);
        everythingWasUsedLongAgo();
        assertThat(reads(host, jdk)).containsExactly("a=null");
    }

    @OnEachJdk
    void aRecordThatCannotBeKeptLeavesTheHostAsItIs(Jdk jdk) {
        Host.Running running = Host.of(folder, BY_HEART)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(NO_STORE)
                .withEnvironment("SESSION_TTL_STORE_OBSERVED_FILE", "/proc/observed.db")
                .withArguments("a")
                .start(jdk)
                .awaitOut("done");

        assertThat(running.metrics().failedOpenAt("observe")).isEqualTo(1);
        Host.Run run = running.waitFor().succeeded();
        assertThat(run.out()).startsWith("a=id-of-a\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN")))
                .singleElement()
                .asString()
                .contains("/proc/observed.db cannot be made", "store.observedFile");
    }

    @OnEachJdk
    void ofATableWithoutAColumnWhatWasNotSeenInUseIsSweptAndTheRestIsLeft(Jdk jdk) {
        Database database = withoutColumn("'a', 'id-a'", "'b', 'id-b'", "'c', 'id-c'");
        Host host = inATable(jdk).withArguments("a", "b");

        assertThat(host.run(jdk).succeeded().err()).contains("the sweep drops none");
        // Someone else uses "a", and the host has run all the time.
        everythingWasUsedLongAgo();
        record().execute("UPDATE observed SET last_used = unixepoch() * 1000 WHERE id = zeroblob(16) OR id = ("
                + "SELECT id FROM observed WHERE id <> zeroblob(16) ORDER BY last_used, id LIMIT 1)");

        Host.Run run = host.run(jdk).succeeded();

        assertThat(run.err()).contains("swept 2 expired sessions\n");
        assertThat(database.sessionIds()).hasSize(1);
        assertThat(record().query("PRAGMA integrity_check")).containsExactly("ok");
    }

    /** Its read sites may match nothing since somebody has renamed a method: that no use was seen says nothing then. */
    @OnEachJdk
    void whereNoUseWasSeenForLongTheSweepDropsNothingAndTheReadsDecide(Jdk jdk) {
        Database database = withoutColumn("'a', 'id-a'", "'b', 'id-b'");
        Host host = inATable(jdk).withArguments("a");
        host.run(jdk).succeeded();
        everythingWasUsedLongAgo();

        Host.Run run = host.run(jdk).succeeded();

        assertThat(run.err()).contains("the sweep drops none");
        assertThat(run.out()).isEqualTo("a=null\n");
        assertThat(database.sessionIds()).containsExactly("id-b");
    }

    /** Law 1: the agent's own copy of SQLite is at work beside the host's, on a file that is not the host's. */
    @OnEachJdk
    void aHostThatWritesAllTheTimeIsNotHarmedByTheRecordBesideIt(Jdk jdk) {
        Database database = withoutColumn();
        Host.Run run = Host.of(folder, BUSY)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(observedTable())
                .run(jdk)
                .succeeded();

        String written = run.out().replaceAll("\\D", "");
        assertThat(database.query("SELECT count(*) FROM agent_sessions")).containsExactly(written);
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(record().query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(Integer.parseInt(
                        record().query("SELECT count(*) FROM observed").get(0)))
                .isGreaterThan(Math.min(Integer.parseInt(written), 90_000));
        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
    }

    @OnEachJdk
    void aHostThatOpensTheRecordGetsItForItself(Jdk jdk) {
        Host.Run run = Host.of(folder, CURIOUS)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(NO_STORE)
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("id-of-a\nmine\nid-of-b\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN")))
                .singleElement()
                .asString()
                .contains("the host has", "open", "kept in memory alone");
        assertThat(record().query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(record().query("SELECT x FROM mine")).containsExactly("1");
    }

    private Host inATable(Jdk jdk) {
        return Host.of(folder, IN_A_TABLE)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(observedTable());
    }

    private static String observedTable() {
        return """
                {
                  "sessionTtl": {
                    "store": { "url": "jdbc:sqlite:data/orchestrator.db", "lastUsedAt": "observed", "busyTimeoutMs": 1000 },
                    "reads": [ { "at": "com.acme.Main#find(Connection, String)", "key": "arg1" } ]
                  }
                }
                """;
    }

    private Database withoutColumn(String... rows) {
        Database database = Database.in(folder)
                .execute("DROP TABLE agent_sessions")
                .execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT)");
        for (String row : rows) {
            database.execute("INSERT INTO agent_sessions VALUES (" + row + ")");
        }
        return database;
    }

    private static List<String> reads(Host host, Jdk jdk) {
        return host.run(jdk)
                .succeeded()
                .out()
                .lines()
                .takeWhile(Pattern.compile("done").asMatchPredicate().negate())
                .toList();
    }

    private Database record() {
        return new Database(folder.resolve("config").resolve("session-ttl-observed.db"));
    }

    private void everythingWasUsedLongAgo() {
        record().execute("UPDATE observed SET last_used = last_used - 90000000");
    }
}
