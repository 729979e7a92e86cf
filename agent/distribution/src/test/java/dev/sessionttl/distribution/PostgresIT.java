package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Postgres;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host that keeps its sessions in PostgreSQL, and reaches it through a driver of its own, years older than the agent's. */
class PostgresIT {
    private static final String PASSWORD = "correct-horse-battery-staple";

    /** Once the sweep is over it stores an expired session, reads that and others, and resumes one that is refused. */
    private static final String HOST = """
            package com.acme;

            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    Connection connection = DriverManager.getConnection(args[0]);
                    SessionStore store = new SessionStore(connection);
                    System.out.println("young: " + store.find("young") + ", none: " + store.find("none"));
                    System.in.read();
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("INSERT INTO agent_sessions VALUES ('late', 'late-id', " + (System.currentTimeMillis() - 90_000_000) + ")");
                    }
                    System.out.println("late: " + store.find("late"));
                    System.out.println("resumed: " + new ClaudeCli().resume(store.find("dead").get()));
                    System.out.println("dead: " + store.find("dead") + ", young: " + store.find("young"));
                    Driver driver = DriverManager.getDriver(args[0]);
                    System.out.println("through " + driver.getMajorVersion() + "." + driver.getMinorVersion() + ", the only one of "
                            + DriverManager.drivers().count() + ", of " + driver.getClass().getClassLoader().getClass().getSimpleName());
                    System.out.println("ready");
                    System.in.read();
                }
            }
            """;

    private static final String STORE = """
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

    private static final String IDLE_HOST = """
            package com.acme;

            public class Main {
                public static void main(String[] args) throws Exception {
                    System.in.read();
                    System.out.println("over");
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void theStaleAreSweptOnceMainHasBegunReadsExpireAndARefusalDeletes(Jdk jdk) {
        Postgres database = Postgres.withTable()
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1))
                .withSession("dead", "dead-id", Duration.ofHours(2));
        Host.Running host = Host.of(folder, HOST, STORE, Programs.CLI)
                .withLibrary(Host.library("postgresql"))
                .withConfig(config(database, "\"user\": \"postgres\""))
                .withArguments(database.url() + "?user=postgres")
                .start(jdk);
        host.awaitErr(Pattern.compile("swept 1 expired sessions\n"));
        assertThat(database.sessionIds()).containsExactly("dead-id", "live-id");
        Metrics atFirst = host.metrics();
        nudge(host);

        Metrics metrics = host.awaitOut("ready").metrics();
        assertThat(database.query("SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = '"
                        + database.name() + "' AND pid <> pg_backend_pid() AND application_name = 'session-ttl'"))
                .as("connections of the agent's own")
                .containsExactly("session-ttl");
        Host.Run run = host.waitFor().succeeded();

        assertThat(run.out()).isEqualTo("""
                young: Optional[live-id], none: Optional.empty
                late: Optional.empty
                resumed: false
                dead: Optional.empty, young: Optional[live-id]
                through 42.2, the only one of 1, of AppClassLoader
                ready
                """);
        assertThat(run.hostLines()).isEmpty();
        assertThat(database.sessionIds()).containsExactly("live-id");
        assertThat(atFirst.valueOf("claude_session_resume_failures_total")).isZero();
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"sweep\"}"))
                .isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(1);
        assertThat(metrics.failedOpen()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"environment, true", "file, true", "environment, false", "file, false"})
    void thePasswordOfTheEnvironmentOrOfAFileOpensTheDatabaseAndIsNowhereShown(String from, boolean right)
            throws IOException {
        String user = "app_" + from + "_" + right;
        Postgres database = Postgres.withTable()
                .withSession("old", "stale-id", Duration.ofHours(25))
                .demandingAPasswordOf(user, right ? PASSWORD : "another one");
        Host host = Host.of(folder, IDLE_HOST)
                .withJvmOptions("-Dsession.ttl.log=debug")
                .withConfig(config(database, "\"user\": \"" + user + "\", \"passwordFile\": \"pgpass\""))
                .withFile("pgpass", from.equals("file") ? "*:*:*:" + user + ":" + PASSWORD + "\n" : "");
        Files.setPosixFilePermissions(folder.resolve("pgpass"), PosixFilePermissions.fromString("rw-------"));
        if (from.equals("environment")) {
            host.withEnvironment("SESSION_TTL_STORE_PASSWORD", PASSWORD);
        }

        Host.Running running = host.start(Jdk.current());
        running.awaitErr(Pattern.compile(
                right ? "swept 1 expired sessions\n" : "password authentication failed for user \"" + user + '"'));
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(database.sessionIds()).containsExactly(right ? new String[0] : new String[] {"stale-id"});
        assertThat(metrics.failedOpenAt("sweep")).isEqualTo(right ? 0 : 1);
        assertThat(run.out()).isEqualTo("over\n");
        assertThat(run.err() + metrics.text()).doesNotContain(PASSWORD);
    }

    private static String config(Postgres database, String store) {
        return """
                {
                  "sessionTtl": {
                    "store": { "url": "%s", %s },
                    "reads": [ { "at": "com.acme.SessionStore#find(String)", "key": "arg0" } ],
                    "failures": [ { "at": "com.acme.ClaudeCli#run(String)", "sessionId": "arg0" } ],
                    "http": { "host": "127.0.0.1", "port": 0 }
                  }
                }
                """.formatted(database.url(), store);
    }

    private static void nudge(Host.Running host) {
        try {
            host.process().getOutputStream().write('\n');
            host.process().getOutputStream().flush();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
