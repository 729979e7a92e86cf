package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import dev.sessionttl.distribution.host.Watch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Several threads, and a host that writes, on the row that the agent is about to delete. */
class ConcurrencyIT {
    private static final String EIGHT_READERS = """
            package com.acme;

            import java.util.*;
            import java.util.concurrent.*;

            public class EightReaders {
                public static void main(String[] args) throws Exception {
                    System.out.println("started");
                    System.in.read();
                    CyclicBarrier together = new CyclicBarrier(8);
                    ExecutorService threads = Executors.newFixedThreadPool(8);
                    List<Future<Optional<String>>> answers = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                        answers.add(threads.submit(() -> {
                            together.await();
                            return new SessionStore().find("old");
                        }));
                    }
                    for (Future<Optional<String>> answer : answers) {
                        System.out.println(answer.get());
                    }
                    threads.shutdown();
                    System.out.println("ready");
                    System.in.read();
                }
            }
            """;

    /** Stores an expired session, which the sweep has missed, and holds the write lock while its own site is read; {@code touch} or {@code leave} is what it does before it commits. */
    private static final String WRITER = """
            package com.acme;

            import java.sql.*;
            import java.util.*;
            import java.util.concurrent.*;

            public class Writer {
                public static void main(String[] args) throws Exception {
                    try (Connection writer = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = writer.createStatement()) {
                        statement.executeUpdate("INSERT INTO agent_sessions VALUES ('old', 'stale-id', " + (System.currentTimeMillis() - 90_000_000) + ")");
                        new SessionStore().find("none");
                        writer.setAutoCommit(false);
                        statement.executeUpdate("UPDATE agent_sessions SET session_id = 'other' WHERE agent_id = 'other'");
                        long began = System.nanoTime();
                        Callable<Optional<String>> read = () -> new SessionStore().find("old");
                        Optional<String> answer = args[0].equals("own thread") ? read.call() : CompletableFuture.supplyAsync(() -> quietly(read)).get();
                        long millis = (System.nanoTime() - began) / 1_000_000;
                        System.out.println(answer + (millis < 3_000 ? " in time" : " after " + millis + " ms"));
                        if (args[1].equals("touch")) {
                            statement.executeUpdate("UPDATE agent_sessions SET last_used_at = " + System.currentTimeMillis() + " WHERE agent_id = 'old'");
                        }
                        writer.commit();
                        writer.setAutoCommit(true);
                        System.out.println("committed");
                        System.in.read();
                        System.out.println(new SessionStore().find("old"));
                    }
                }

                static <T> T quietly(Callable<T> call) {
                    try {
                        return call.call();
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            }
            """;

    /** Starts fresh, and stores the fresh id, before the refusal of the old one has reached the agent. */
    private static final String REPLACER = """
            package com.acme;

            import java.sql.*;

            public class Replacer {
                public static void main(String[] args) throws Exception {
                    new Replacer().dispatch("agent", "dead-id");
                    System.out.println(new SessionStore().find("agent"));
                }

                void dispatch(String agentId, String sessionId) throws SQLException {
                    try {
                        resume(agentId, sessionId);
                    } catch (IllegalStateException refused) {
                        // Already replaced.
                    }
                }

                void resume(String agentId, String sessionId) throws SQLException {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = connection.createStatement()) {
                        statement.executeUpdate("UPDATE agent_sessions SET session_id = 'fresh-id' WHERE agent_id = 'agent'");
                    }
                    throw new IllegalStateException("No conversation found with session ID: " + sessionId);
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void eightThreadsThatReadOneExpiredKeyDeleteItOnceAndAllFindNothing(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        // No sweep, so that the first read has to load SQLite, with the other seven waiting.
        Watch host = start(jdk, 0, EIGHT_READERS).untilItSays("started");
        database.withSession("old", "stale-id", Duration.ofHours(25));

        host.nudge().untilItSays("ready");
        double expired = host.metric("claude_session_expired_total{reason=\"read\"}");
        Host.Run run = host.release().succeeded();

        assertThat(run.out()).isEqualTo("started\n" + "Optional.empty\n".repeat(8) + "ready\n");
        assertThat(expired).isEqualTo(1);
        assertThat(database.sessionIds()).isEmpty();
    }

    @OnEachJdk
    void aRowThatTheHostTouchesBetweenOurLookAndOurDeleteStays(Jdk jdk) {
        Database database = withOther();

        Watch host = start(jdk, 20_000, WRITER, "another thread", "touch").untilItSays("committed");
        host.untilTheLogSays("session stale-id stays: it was touched since");
        Host.Run run = host.release().succeeded();

        assertThat(run.out()).isEqualTo("Optional.empty in time\ncommitted\nOptional[stale-id]\n");
        assertThat(database.sessionIds()).containsExactly("other", "stale-id");
    }

    @OnEachJdk
    void aRowThatIsBusyAtItsReadIsDeletedOnceTheHostHasCommitted(Jdk jdk) {
        Database database = withOther();

        Watch host = start(jdk, 20_000, WRITER, "another thread", "leave").untilItSays("committed");
        host.untilTheLogSays("dropped session stale-id at its read");
        Host.Run run = host.release().succeeded();

        assertThat(run.out()).isEqualTo("Optional.empty in time\ncommitted\nOptional.empty\n");
        assertThat(database.sessionIds()).containsExactly("other");
    }

    @OnEachJdk
    void aHostThatReadsInsideItsOwnWriteTransactionDoesNotWaitForItself(Jdk jdk) {
        Database database = withOther();

        Watch host = start(jdk, 20_000, WRITER, "own thread", "leave").untilItSays("committed");
        host.untilTheLogSays("dropped session stale-id at its read");
        Host.Run run = host.release().succeeded();

        assertThat(run.out()).isEqualTo("Optional.empty in time\ncommitted\nOptional.empty\n");
        assertThat(database.sessionIds()).containsExactly("other");
    }

    @OnEachJdk
    void aFreshIdThatIsStoredBeforeTheRefusalIsSeenStays(Jdk jdk) {
        Database database = Database.in(folder).withSession("agent", "dead-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, REPLACER, Programs.STORE)
                .withSqlite()
                .withConfig("""
                        {
                          "sessionTtl": {
                            "store": { "url": "jdbc:sqlite:data/orchestrator.db" },
                            "reads": [ { "at": "com.acme.SessionStore#find(String)", "key": "arg0" } ],
                            "failures": [ { "at": "com.acme.Replacer#resume(String, String)", "key": "arg0", "sessionId": "arg1" } ]
                          }
                        }
                        """)
                .run(jdk)
                .succeeded();

        assertThat(run.err()).contains("resume of session dead-id was refused");
        assertThat(run.out()).isEqualTo("Optional[fresh-id]\n");
        assertThat(database.sessionIds()).containsExactly("fresh-id");
    }

    private Database withOther() {
        return Database.in(folder, "PRAGMA journal_mode = WAL").withSession("other", "before", Duration.ofHours(1));
    }

    private Watch start(Jdk jdk, int sweepBudgetMillis, String main, String... arguments) {
        return new Watch(Host.of(folder, main, Programs.STORE)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": " + sweepBudgetMillis))
                .withJvmOptions("-Dsession.ttl.log=debug")
                .withArguments(arguments)
                .start(jdk));
    }
}
