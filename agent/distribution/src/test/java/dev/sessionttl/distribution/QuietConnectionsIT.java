package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The agent's connections are never the ones that a host's checkpoint, journal mode or last close has to wait for. */
class QuietConnectionsIT {
    /** Keeps a connection while its site is read, writes, closes it and ends. */
    private static final String POOLED = """
            package com.acme;

            import java.sql.*;

            public class Pooled {
                public static void main(String[] args) throws Exception {
                    try (Connection pool = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = pool.createStatement()) {
                        System.out.println(new SessionStore().find("young"));
                        statement.executeUpdate("UPDATE agent_sessions SET session_id = 'written' WHERE agent_id = 'young'");
                    }
                }
            }
            """;

    private static final String IDLE = """
            package com.acme;

            import java.sql.*;
            import java.util.concurrent.TimeUnit;

            public class Idle {
                public static void main(String[] args) throws Exception {
                    try (Connection pool = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            Statement statement = pool.createStatement()) {
                        find(statement, "young");
                        long others = ThisProcess.descriptorsOnTheDatabase();
                        find(statement, "young");
                        System.out.println("open after a read: " + (ThisProcess.descriptorsOnTheDatabase() == others));
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                        while (ThisProcess.descriptorsOnTheDatabase() == others && System.nanoTime() < end) {
                            Thread.sleep(50);
                        }
                        System.out.println("open when idle: " + (ThisProcess.descriptorsOnTheDatabase() == others));
                        ResultSet mode = statement.executeQuery("PRAGMA journal_mode = DELETE");
                        System.out.println("journal mode: " + mode.getString(1));
                    }
                }

                static String find(Statement statement, String agentId) throws SQLException {
                    return statement.executeQuery("SELECT session_id FROM agent_sessions WHERE agent_id = '" + agentId + "'").getString(1);
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aHostThatClosesItsPoolLeavesTheSameFilesAsWithoutTheAgent(Jdk jdk) {
        Database database =
                Database.in(folder, "PRAGMA journal_mode = WAL").withSession("young", "live-id", Duration.ofHours(1));
        Host host = Host.of(folder, POOLED, Programs.STORE)
                .withSqlite()
                .withConfig(Programs.config("\"sweepBudgetMs\": 2000"));

        host.withoutAgent().run(jdk).succeeded();
        List<String> without = filesOfTheDatabase();
        Host.Run run = host.withAgent().run(jdk).succeeded();

        assertThat(run.out()).isEqualTo("Optional[written]\n");
        assertThat(filesOfTheDatabase()).isEqualTo(without).containsExactly("orchestrator.db");
        assertThat(database.sessionIds()).containsExactly("written");
    }

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void idleConnectionsAreClosedSoThatTheHostCanSwitchItsJournalMode(Jdk jdk) {
        Database.in(folder, "PRAGMA journal_mode = WAL").withSession("young", "live-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, IDLE, Programs.PROCESS)
                .withSqlite()
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withRead("com.acme.Idle#find", "key", "arg1")
                        .toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                open after a read: true
                open when idle: false
                journal mode: delete
                """);
    }

    private List<String> filesOfTheDatabase() {
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
