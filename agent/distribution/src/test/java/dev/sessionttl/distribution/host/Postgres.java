package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database of a test's own on a real PostgreSQL server, which starts with the first test that needs it and stops with
 * the tests' JVM.
 *
 * @param name of the database
 */
public record Postgres(String name) {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** Whom the server knows; it lets them in without a password unless a test says otherwise. */
    private static final String SUPERUSER = "postgres";

    /** With an empty {@code agent_sessions} table, as most hosts have it. */
    public static Postgres withTable() {
        Postgres database = new Postgres("orchestrator_" + DATABASES.incrementAndGet());
        try (Connection connection = DriverManager.getConnection(new Postgres(SUPERUSER).url(), SUPERUSER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database.name);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        return database.execute(
                "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_used_at BIGINT)");
    }

    /** Without a user, and without a password. */
    public String url() {
        return "jdbc:postgresql://localhost:" + Server.RUNNING.getPort() + "/" + name;
    }

    /** A session that was last used this long ago. */
    public Postgres withSession(String agentId, String sessionId, Duration age) {
        return execute(
                "INSERT INTO agent_sessions VALUES (?, ?, ?)",
                agentId,
                sessionId,
                System.currentTimeMillis() - age.toMillis());
    }

    public Postgres execute(String sql, Object... values) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
            return this;
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** The first column of every row. */
    public List<String> query(String sql) {
        try (Connection connection = connect()) {
            return Database.firstColumn(connection, sql);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** The ids that are still stored, in order. */
    public List<String> sessionIds() {
        return query("SELECT session_id FROM agent_sessions ORDER BY session_id");
    }

    /** A user who may do all that the agent does here, and who has to prove by SCRAM who it is. */
    public Postgres demandingAPasswordOf(String user, String password) {
        execute("CREATE USER " + user + " PASSWORD '" + password + "'")
                .execute("GRANT SELECT, UPDATE, DELETE ON agent_sessions TO " + user)
                .execute(
                        "COPY (SELECT 'host all \"/^app_\" all scram-sha-256' UNION ALL SELECT 'host all all all trust'"
                                + " UNION ALL SELECT 'local all all trust') TO '"
                                + query("SHOW hba_file").get(0) + "'");
        assertThat(query("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL"))
                .containsExactly("0");
        return execute("SELECT pg_reload_conf()");
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), SUPERUSER, "");
    }

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                // As PostgreSQL comes: each commit waits for the disk.
                return EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
