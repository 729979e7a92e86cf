package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Watch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** What a host, or somebody else, does to the database while the agent is at work on it: the host gets what is right. */
class StoreFaultsIT {
    /**
     * Does what it is told, a line at a time, and answers each with a line: opens and closes its one connection, executes
     * SQL on it, reads a session through its site, and resumes one in a run that goes on until it is ended.
     */
    private static final String OBEDIENT = """
            package com.acme;

            import java.io.*;
            import java.nio.file.*;
            import java.sql.*;
            import java.util.List;
            import java.util.concurrent.*;

            public class Obedient {
                private static final BlockingQueue<String> endings = new SynchronousQueue<>();
                private static Connection connection;
                private static Thread run;

                public static void main(String[] args) throws Exception {
                    BufferedReader told = new BufferedReader(new InputStreamReader(System.in));
                    for (String line = told.readLine(); line != null; line = told.readLine()) {
                        System.out.println(answer(line.split(" ", 2)[0], line));
                    }
                }

                private static String answer(String first, String line) throws Exception {
                    String rest = line.substring(first.length()).strip();
                    switch (first) {
                        case "open" -> connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db?busy_timeout=50");
                        case "close" -> connection.close();
                        case "restore" -> Files.move(Path.of(rest), Path.of("data/orchestrator.db"), StandardCopyOption.REPLACE_EXISTING);
                        case "find" -> { return find(rest); }
                        case "row" -> { return row(rest) == null ? "null" : "a row"; }
                        case "resume" -> {
                            CountDownLatch begun = new CountDownLatch(1);
                            run = new Thread(() -> resume(rest, begun));
                            run.start();
                            begun.await();
                        }
                        case "refuse" -> {
                            try {
                                refuse(rest);
                            } catch (IllegalStateException refused) {
                                return "refused";
                            }
                        }
                        case "end" -> { endings.put("well"); run.join(); }
                        default -> {
                            try (Statement statement = connection.createStatement()) {
                                statement.execute(line);
                            }
                        }
                    }
                    return "done";
                }

                static String find(String agentId) {
                    try (PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? result.getString(1) : null;
                    } catch (SQLException failure) {
                        return "error " + (failure.getErrorCode() & 0xff);
                    }
                }

                record Row(List<String> columns) {}

                static Row row(String agentId) throws SQLException {
                    try (PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? new Row(List.of(result.getString(1))) : null;
                    }
                }

                static String resume(String sessionId, CountDownLatch begun) {
                    try {
                        begun.countDown();
                        return endings.take();
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                }

                static String refuse(String sessionId) {
                    throw new IllegalStateException("No conversation found with session ID: " + sessionId);
                }
            }
            """;

    @TempDir
    Path folder;

    /** No other connection can see what it has not committed; its own answer does. */
    @OnEachJdk
    void aHostThatHasReplacedTheIdInItsOwnTransactionGetsTheNewOne(Jdk jdk) {
        Database database = young("WAL");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        database.withSession("other", "other-stale-id", Duration.ofHours(26));
        host.ask("BEGIN IMMEDIATE");
        host.ask(
                "UPDATE agent_sessions SET session_id = 'new-id', last_used_at = 4000000000000 WHERE agent_id = 'old'");

        assertThat(host.ask("find old")).isEqualTo("new-id");
        assertThat(host.ask("find other")).as("a stale id is withheld").isEqualTo("null");
        assertThat(host.ask("find young")).isEqualTo("live-id");
        host.ask("COMMIT");
        host.untilTheLogSays("dropped session other-st… at its read");

        assertThat(host.ask("find old")).isEqualTo("new-id");
        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id", "new-id");
    }

    @OnEachJdk
    void whileSomebodyWritesAStaleRowWhoseIdCannotBeToldIsWithheld(Jdk jdk) {
        Database database = young("WAL");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        host.ask("BEGIN IMMEDIATE");

        assertThat(host.ask("row old")).isEqualTo("null");
        assertThat(host.ask("row young")).isEqualTo("a row");
        host.ask("COMMIT");
        host.untilTheLogSays("dropped session stale-id at its read");

        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    @OnEachJdk
    void aHostInAStaleSnapshotDoesNotGetWhatIsDeletedSince(Jdk jdk) {
        Database database = young("WAL");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        host.ask("BEGIN");
        host.ask("SELECT count(*) FROM agent_sessions");

        assertThat(host.ask("find old")).as("deleted").isEqualTo("null");
        assertThat(host.ask("find old")).as("which the host cannot see").isEqualTo("null");
        assertThat(host.ask("find young")).isEqualTo("live-id");
        host.ask("COMMIT");

        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    /** Its last close leaves one whole file, without a WAL that the next one would be read through. */
    @OnEachJdk
    void aHostMayRestoreABackupOnceItHasClosedItsConnection(Jdk jdk) {
        Database database = young("WAL");
        Database backup = new Database(folder.resolve("backup.db"))
                .execute("CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at INTEGER)")
                .withSession("young", "restored-id", Duration.ofHours(2))
                .withSession("old", "stale-since", Duration.ofHours(30));
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        host.ask("UPDATE agent_sessions SET session_id = 'later-id' WHERE agent_id = 'young'");
        assertThat(host.ask("find young")).isEqualTo("later-id");

        host.ask("close");
        host.ask("restore " + backup.file());
        host.ask("open");

        assertThat(host.ask("find young")).isEqualTo("restored-id");
        assertThat(host.ask("find old")).isEqualTo("null");
        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("restored-id");
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
    }

    @OnEachJdk
    void aHostThatLocksTheFileForItselfIsLeftAlone(Jdk jdk) {
        Database database = young("DELETE");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        host.ask("PRAGMA locking_mode = EXCLUSIVE");
        assertThat(host.ask("UPDATE agent_sessions SET last_used_at = last_used_at"))
                .isEqualTo("done");

        assertThat(host.ask("find old")).isEqualTo("stale-id");
        assertThat(host.ask("find young")).isEqualTo("live-id");
        assertThat(host.ask("UPDATE agent_sessions SET last_used_at = last_used_at"))
                .isEqualTo("done");
        assertThat(host.metric("claude_session_store_errors_total{operation=\"find\"}"))
                .isEqualTo(2);

        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id", "stale-id");
    }

    /** The circuit opens after five failures, and closes by itself once the lock is gone. */
    @OnEachJdk
    void aFileThatAnotherProcessLocksIsLeftInPeaceUntilItAnswersAgain(Jdk jdk) throws SQLException {
        Database database = young("DELETE");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file())) {
            other.createStatement().execute("BEGIN EXCLUSIVE");
            for (int read = 0; read < 8; read++) {
                assertThat(host.ask("find old")).as("as without the agent").isEqualTo("error 5");
            }
            host.untilTheLogSays("it is left in peace for a while");
            other.createStatement().execute("ROLLBACK");
        }

        host.askUntil("find old", "null");

        host.untilTheLogSays("the database answers again");
        assertThat(host.ask("find young")).isEqualTo("live-id");
        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    /** Another process writes for a while: the id is withheld, and the row goes once it has come to an end. */
    @OnEachJdk
    void aRowThatAnotherProcessHoldsIsWithheldAndGoesLater(Jdk jdk) throws SQLException {
        Database database = young("WAL");
        Watch host = start(jdk, "");
        host.ask("open");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file())) {
            other.createStatement().execute("BEGIN IMMEDIATE");
            assertThat(host.ask("find old")).isEqualTo("null");
            assertThat(host.ask("find young")).isEqualTo("live-id");
            assertThat(database.sessionIds()).containsExactly("live-id", "stale-id");
            other.createStatement().execute("ROLLBACK");
        }

        host.untilTheLogSays("dropped session stale-id at its read");
        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    /** By its age it would go at the read and by the sweep, by the refusal at once: but a run of it is alive. */
    @OnEachJdk
    void aSessionWhoseRunIsUnderWayIsNeitherExpiredNorSweptNorTakenForRefused(Jdk jdk) {
        Database database = young("WAL");
        Watch host = start(jdk, ", \"sweepEveryMs\": 500");
        host.ask("open");
        host.ask("resume stale-id");
        database.withSession("old", "stale-id", Duration.ofHours(25));
        host.ask("INSERT INTO agent_sessions VALUES ('other', 'other-stale-id', 1700000000000)");
        host.untilTheLogSays("swept 1 expired sessions");

        assertThat(host.ask("find old")).isEqualTo("stale-id");
        assertThat(host.ask("refuse stale-id")).isEqualTo("refused");
        host.untilTheLogSays("session stale-id was refused while another run of it is under way: it is kept");
        assertThat(host.ask("find old")).isEqualTo("stale-id");
        assertThat(database.sessionIds()).containsExactly("live-id", "stale-id");

        host.ask("end");
        host.askUntil("find old", "null");
        host.release().succeeded();
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    private Database young(String journalMode) {
        return Database.in(folder, "PRAGMA journal_mode = " + journalMode)
                .withSession("young", "live-id", Duration.ofHours(1));
    }

    /** Starts the host; the sweep is over before its main, so that what is stored from then on is left to the reads. */
    private Watch start(Jdk jdk, String store) {
        return new Watch(Host.of(folder, OBEDIENT)
                .withSqlite()
                .withConfig("""
                        {
                          "sessionTtl": {
                            "store": { "url": "jdbc:sqlite:data/orchestrator.db", "sweepBudgetMs": 20000%s },
                            "reads": [ { "at": "com.acme.Obedient#find(String)", "key": "arg0" },
                                       { "at": "com.acme.Obedient#row(String)", "key": "arg0" } ],
                            "failures": [
                              { "at": "com.acme.Obedient#resume(String, ..)", "sessionId": "arg0" },
                              { "at": "com.acme.Obedient#refuse(String)", "sessionId": "arg0" }
                            ],
                            "http": { "host": "127.0.0.1", "port": 0 }
                          }
                        }
                        """.formatted(store))
                .start(jdk));
    }
}
