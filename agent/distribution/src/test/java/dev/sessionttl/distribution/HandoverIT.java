package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A host whose SQLite driver comes late: until then the agent reads through its own copy, and never afterwards (law 1). */
class HandoverIT {
    private static final String LATE = """
            package com.acme;

            import java.sql.*;

            public class Late {
                public static void main(String[] args) throws Exception {
                    SessionStore store = new SessionStore();
                    System.out.println("before: " + store.find("old-1") + store.find("young"));
                    System.out.println("open through the bundled copy: " + (ThisProcess.descriptorsOnTheDatabase() > 0));
                    long began = System.nanoTime();
                    Class.forName("org.sqlite.JDBC");
                    // Two seconds later even a forgotten connection is closed, for being idle.
                    System.out.println("at once: " + (System.nanoTime() - began < 1_900_000_000));
                    System.out.println("open once the driver is loaded: " + ThisProcess.descriptorsOnTheDatabase());
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = connection.createStatement()) {
                        statement.execute("UPDATE agent_sessions SET session_id = 'written' WHERE agent_id = 'young'");
                    }
                    System.out.println("after: " + store.find("old-2") + store.find("young"));
                }
            }
            """;

    /** Eight threads are never out of the read site while the driver is loaded and written through. */
    private static final String BUSY = """
            package com.acme;

            import java.sql.*;
            import java.util.*;
            import java.util.concurrent.*;

            public class Busy {
                static volatile boolean over;

                public static void main(String[] args) throws Exception {
                    CountDownLatch reading = new CountDownLatch(8);
                    List<Thread> readers = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                        int reader = i;
                        readers.add(new Thread(() -> read(reader, reading)));
                    }
                    readers.forEach(reader -> reader.setDaemon(true));
                    readers.forEach(Thread::start);
                    reading.await();
                    long began = System.nanoTime();
                    Class.forName("org.sqlite.JDBC");
                    long millis = (System.nanoTime() - began) / 1_000_000;
                    System.out.println(millis < 8_000 ? "loaded" : "loaded after " + millis + " ms");
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = connection.createStatement()) {
                        statement.execute("PRAGMA busy_timeout = 20000");
                        for (int i = 0; i < 200; i++) {
                            statement.execute("INSERT INTO agent_sessions VALUES ('new " + i + "', 'new " + i + "', " + System.currentTimeMillis() + ")");
                        }
                    }
                    over = true;
                    for (Thread reader : readers) {
                        reader.join();
                    }
                }

                static void read(int reader, CountDownLatch reading) {
                    SessionStore store = new SessionStore();
                    for (int i = 0; !over; i++) {
                        store.find("old " + reader + "-" + i);
                        if (i == 20) {
                            reading.countDown();
                        }
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void theBundledCopyLetsGoOfTheDatabaseBeforeTheHostsDriverIsThere(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL")
                .withSession("old-1", "stale-1", Duration.ofHours(25))
                .withSession("old-2", "stale-2", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, LATE, Programs.STORE_WITHOUT_SQLITE, Programs.PROCESS)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 0, \"busyTimeoutMs\": 5000"))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                before: Optional.emptyOptional[by heart]
                open through the bundled copy: true
                at once: true
                open once the driver is loaded: 0
                after: Optional.emptyOptional[by heart]
                """);
        assertThat(database.sessionIds()).containsExactly("written");
    }

    @OnEachJdk
    void aHostThatReadsAllTheTimeLoadsItsDriverWithoutWaitingForItself(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL");
        database.execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1600)"
                + " INSERT INTO agent_sessions SELECT 'old ' || (i % 8) || '-' || (i / 8), 'id ' || i, "
                + (System.currentTimeMillis() - Duration.ofHours(25).toMillis()) + " FROM n");

        Host.Run run = Host.of(folder, BUSY, Programs.STORE_WITHOUT_SQLITE)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 0, \"busyTimeoutMs\": 5000"))
                .withJvmOptions("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=crash.log", "-Dsession.ttl.log=warn")
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("loaded\n");
        assertThat(run.err()).doesNotContain("still in use");
        assertThat(database.query("PRAGMA integrity_check")).containsExactly("ok");
        assertThat(database.query("SELECT count(*) FROM agent_sessions WHERE agent_id LIKE 'new %'"))
                .containsExactly("200");
    }
}
