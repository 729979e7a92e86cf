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

/** Where a host has its SQLite driver: in a loader of its launcher, in several loaders, nowhere. */
class LoadersIT {
    /** Runs {@code com.acme.App} in a loader of its own for each folder named, which prefers its own classes. */
    private static final String LAUNCHER = """
            package org.launcher;

            import java.net.*;
            import java.nio.file.*;

            public class Launcher {
                public static void main(String[] args) throws Exception {
                    URL app = Path.of("app").toUri().toURL();
                    URL sqlite = Path.of(args[0]).toUri().toURL();
                    for (int i = 1; i < args.length; i++) {
                        ParentLast loader = new ParentLast(new URL[] {app, sqlite});
                        Thread.currentThread().setContextClassLoader(loader);
                        loader.loadClass("com.acme.App").getMethod("main", String[].class).invoke(null, (Object) new String[] {args[i]});
                    }
                }

                static class ParentLast extends URLClassLoader {
                    ParentLast(URL[] urls) {
                        super(urls, Launcher.class.getClassLoader());
                    }

                    @Override
                    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                        synchronized (getClassLoadingLock(name)) {
                            Class<?> type = findLoadedClass(name);
                            if (type == null && !name.startsWith("java.")) {
                                try {
                                    type = findClass(name);
                                } catch (ClassNotFoundException notHere) {
                                    // The parent's then.
                                }
                            }
                            return type == null ? super.loadClass(name, resolve) : type;
                        }
                    }
                }
            }
            """;

    private static final String APP = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class App {
                public static void main(String[] args) throws Exception {
                    String file = args[0];
                    SessionStore store = new SessionStore(new org.sqlite.JDBC().connect("jdbc:sqlite:" + file, new Properties()));
                    System.out.println(file + ": " + store.find("old") + " " + store.find("young"));
                    System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                }
            }
            """;

    private static final String STORE_OF_A_CONNECTION = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class SessionStore {
                private final Connection connection;

                public SessionStore(Connection connection) {
                    this.connection = connection;
                }

                public Optional<String> find(String agentId) throws SQLException {
                    try (PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    private static final String READER = """
            package com.acme;

            public class Reader {
                public static void main(String[] args) {
                    System.out.println(new SessionStore().find("old") + " " + new SessionStore().find("young"));
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void aDriverInTheLoaderOfALauncherIsFoundAndUsed(Jdk jdk) {
        Database database = withTwoSessions(Database.in(folder, "PRAGMA journal_mode = WAL"));

        Host.Run run = launcher().withArguments("data/orchestrator.db").run(jdk).succeeded();

        assertThat(run.out()).isEqualTo("""
                data/orchestrator.db: Optional.empty Optional[live-id]
                copies of SQLite: 1
                """);
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    @OnEachJdk
    @EnabledOnOs(OS.LINUX)
    void ofTwoLoadersWithADriverEachTheOneThatOpensTheFileIsUsed(Jdk jdk) {
        Database database = withTwoSessions(Database.in(folder, "PRAGMA journal_mode = WAL"));
        Database other = Database.in(folder.resolve("other")).withSession("old", "other-id", Duration.ofHours(25));

        Host.Run run = launcher()
                .withArguments("data/orchestrator.db", "other/data/orchestrator.db")
                .withJvmOptions("-Dsession.ttl.log=debug")
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("""
                data/orchestrator.db: Optional.empty Optional[live-id]
                copies of SQLite: 1
                other/data/orchestrator.db: Optional[other-id] Optional.empty
                copies of SQLite: 2
                """);
        assertThat(run.err()).containsOnlyOnce("the host loads a SQLite driver by org.launcher.Launcher$ParentLast");
        assertThat(database.sessionIds()).containsExactly("live-id");
        assertThat(other.sessionIds()).containsExactly("other-id");
    }

    @OnEachJdk
    void aHostWithoutAnyDriverIsServedThroughTheBundledCopy(Jdk jdk) {
        Database database = withTwoSessions(Database.in(folder));

        Host.Run run = Host.of(folder, READER, Programs.STORE_WITHOUT_SQLITE)
                .withConfig(Programs.config("\"sweepBudgetMs\": 0, \"busyTimeoutMs\": 5000"))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("Optional.empty Optional[by heart]\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    private Host launcher() {
        return Host.of(folder, LAUNCHER)
                .compile(folder.resolve("app"), APP, STORE_OF_A_CONNECTION, Programs.PROCESS)
                .withConfig(Programs.config("\"sweepBudgetMs\": 0, \"busyTimeoutMs\": 5000"))
                .withArguments(Host.library("sqlite-jdbc").toString());
    }

    private static Database withTwoSessions(Database database) {
        return database.withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
    }
}
