package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.InMemory;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law 1, one SQLite per process: a second copy of the library on the same file kills the JVM in WAL mode and corrupts
 * the file in rollback mode, within seconds of such load.
 */
class OneSqliteIT {
    /**
     * Three writers on the host's own driver, and two threads whose reads and failed resumes make the agent delete. Every
     * row that a writer commits is counted; what is told at the end must be in the file.
     */
    private static final String HAMMER = """
            package com.acme;

            import java.sql.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;

            public class Hammer {
                static final long END = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                static final int MOST = 20_000;
                static final BlockingQueue<String> stale = new LinkedBlockingQueue<>(60);
                static final AtomicInteger writing = new AtomicInteger(3);
                static final Map<String, Integer> told = new ConcurrentSkipListMap<>();

                public static void main(String[] journalMode) throws Exception {
                    List<Callable<Void>> work = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        int writer = i;
                        work.add(() -> write(writer, journalMode[0]));
                    }
                    work.add(() -> read("reads", id -> new SessionStore().find(id).isPresent()));
                    work.add(() -> read("failures", id -> new ClaudeCli().resume(id)));
                    ExecutorService threads = Executors.newCachedThreadPool(task -> {
                        Thread thread = new Thread(task);
                        thread.setDaemon(true);
                        return thread;
                    });
                    for (Future<Void> done : threads.invokeAll(work)) {
                        done.get();
                    }
                    told.forEach((what, count) -> System.out.println(what + "=" + count));
                }

                static Connection open(String journalMode) throws SQLException {
                    Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                    try (Statement pragma = connection.createStatement()) {
                        pragma.execute("PRAGMA busy_timeout = 20000");
                        pragma.execute("PRAGMA journal_mode = " + journalMode);
                        pragma.execute("PRAGMA synchronous = OFF");
                        pragma.execute("PRAGMA wal_autocheckpoint = 20");
                    }
                    return connection;
                }

                static Void write(int writer, String journalMode) throws Exception {
                    int written = 0;
                    Connection connection = open(journalMode);
                    try {
                        for (; written < MOST && System.nanoTime() < END; written++) {
                            if (written % 50 == 49) {
                                connection.close();
                                connection = open(journalMode);
                            }
                            String row = writer + "-" + written;
                            connection.setAutoCommit(false);
                            insert(connection, "INSERT INTO ledger VALUES (?, ?, ?)", writer, written, "x".repeat(written % 700));
                            insert(connection, "INSERT INTO agent_sessions VALUES (?, ?, ?)", "live " + row, "live " + row, System.currentTimeMillis());
                            insert(connection, "INSERT INTO agent_sessions VALUES (?, ?, ?)", "old " + row, "old " + row, System.currentTimeMillis() - 90_000_000);
                            connection.commit();
                            stale.offer("old " + row);
                            // In rollback mode a reader waits for the writers, and three without a pause would let none in.
                            Thread.sleep(journalMode.equals("DELETE") && written % 3 == 0 ? 1 : 0);
                        }
                        told.put("written by " + writer, written);
                        return null;
                    } finally {
                        writing.decrementAndGet();
                        connection.close();
                    }
                }

                static void insert(Connection connection, String sql, Object... values) throws SQLException {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        for (int i = 0; i < values.length; i++) {
                            statement.setObject(i + 1, values[i]);
                        }
                        statement.executeUpdate();
                    }
                }

                interface Read {
                    boolean handsOut(String id) throws Exception;
                }

                static Void read(String name, Read read) throws Exception {
                    int reads = 0;
                    int wrong = 0;
                    while (writing.get() > 0 || !stale.isEmpty()) {
                        String id = stale.poll(20, TimeUnit.MILLISECONDS);
                        if (id != null) {
                            reads++;
                            wrong += read.handsOut(id) ? 1 : 0;
                        }
                    }
                    told.put(name, reads);
                    told.put(name + " that handed out a stale id", wrong);
                    return null;
                }
            }
            """;

    /** Prints what is open before the host has touched SQLite, then after its own first read. */
    private static final String LOOKER = """
            package com.acme;

            public class Looker {
                public static void main(String[] args) throws Exception {
                    System.out.println("open at main=" + ThisProcess.descriptorsOnTheDatabase());
                    System.out.println("copies at main=" + ThisProcess.copiesOfSqlite());
                    Class.forName("org.sqlite.JDBC");
                    new SessionStore().find("young");
                    System.out.println("copies after a read=" + ThisProcess.copiesOfSqlite());
                }
            }
            """;

    @TempDir(factory = InMemory.class)
    Path folder;

    @OnEachJdk
    void aHammeredDatabaseInWalModeStaysWhole(Jdk jdk) {
        assertThatAHammeredDatabaseStaysWhole(jdk, "WAL", 2_000);
    }

    @OnEachJdk
    void aHammeredDatabaseInRollbackModeStaysWhole(Jdk jdk) {
        assertThatAHammeredDatabaseStaysWhole(jdk, "DELETE", 20_000);
    }

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void nothingOfTheSweepHasTheDatabaseOpenWhenMainBegins(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL")
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));

        Map<String, Integer> told = look(jdk, "\"sweepBudgetMs\": 20000");

        assertThat(told).containsEntry("copies at main", 1).containsEntry("open at main", 0);
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void theBundledCopyIsNotLoadedOnceTheHostHasItsOwn(Jdk jdk) {
        Database.in(folder).withSession("young", "live-id", Duration.ofHours(1));

        Map<String, Integer> told = look(jdk, "\"sweepBudgetMs\": 0");

        assertThat(told).containsEntry("copies at main", 0).containsEntry("copies after a read", 1);
    }

    private Map<String, Integer> look(Jdk jdk, String store) {
        return numbersIn(Host.of(folder, LOOKER, Programs.STORE, Programs.PROCESS)
                .withSqlite()
                .withConfig(Programs.config(store))
                .run(jdk)
                .succeeded()
                .out());
    }

    private void assertThatAHammeredDatabaseStaysWhole(Jdk jdk, String journalMode, int busyTimeoutMillis) {
        Database database = Database.in(folder, "PRAGMA journal_mode = " + journalMode)
                .execute("CREATE INDEX by_id ON agent_sessions (session_id)")
                .execute(
                        "CREATE TABLE ledger (writer INTEGER, number INTEGER, text TEXT, PRIMARY KEY (writer, number))");

        Host.Run run = Host.of(folder, HAMMER, Programs.STORE, Programs.CLI)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 0, \"busyTimeoutMs\": " + busyTimeoutMillis))
                .withJvmOptions("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=crash.log", "-Dsession.ttl.log=warn")
                .withArguments(journalMode)
                .run(jdk)
                .succeeded();

        Map<String, Integer> told = numbersIn(run.out());
        assertThat(folder.resolve("crash.log")).doesNotExist();
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
        for (String writer : List.of("0", "1", "2")) {
            String written = String.valueOf(told.get("written by " + writer));
            assertThat(database.query("SELECT count(*) FROM ledger NOT INDEXED WHERE writer = " + writer))
                    .containsExactly(written);
            assertThat(database.query("SELECT count(*) FROM ledger WHERE writer = " + writer))
                    .containsExactly(written);
            assertThat(database.query(
                            "SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'live " + writer + "-%'"))
                    .containsExactly(written);
        }
        assertThat(told).containsEntry("reads that handed out a stale id", 0);
        assertThat(told.get("reads") + told.get("failures"))
                .as("times that the agent deleted: thousands, but a few dozen where two copies lock each other out")
                .isGreaterThan(200);
    }

    private static Map<String, Integer> numbersIn(String out) {
        Map<String, Integer> numbers = new TreeMap<>();
        out.lines().map(line -> line.split("=")).forEach(pair -> numbers.put(pair[0], Integer.valueOf(pair[1])));
        return numbers;
    }
}
