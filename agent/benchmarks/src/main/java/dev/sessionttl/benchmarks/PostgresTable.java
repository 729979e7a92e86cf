package dev.sessionttl.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postgresql.Driver;

/** A table on a PostgreSQL server of its own, which has the settings that PostgreSQL comes with: each commit waits for the disk. */
final class PostgresTable implements SessionTable {
    /** Beyond those that the options ask for: the other writer's own, alive even where all others are expired. */
    private static final int TOUCHED_ROWS = 1_000;

    private final EmbeddedPostgres server;
    private final long now = System.currentTimeMillis();
    private final int rows;
    private final int percentExpired;
    private final boolean indexed;

    PostgresTable(int rows, int percentExpired, boolean indexed) throws SQLException, IOException {
        this.server = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start();
        this.rows = rows;
        this.percentExpired = percentExpired;
        this.indexed = indexed;
        fill();
    }

    private void fill() throws SQLException {
        long old = now - Duration.ofHours(30).toMillis();
        long young = now - Duration.ofHours(1).toMillis();
        execute(
                "CREATE TABLE as_made (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_used_at BIGINT NOT NULL,"
                        + " title TEXT)",
                "INSERT INTO as_made SELECT CASE WHEN i >= " + rows + " THEN 'touched-' || (i - " + rows
                        + ") ELSE 'agent-' || substr(md5(i::text), 1, 16) END, gen_random_uuid()::text, CASE WHEN i < "
                        + rows + " AND i % 100 < " + percentExpired + " THEN " + old + " ELSE " + young
                        + " END - i, 'task ' || i || ': look into the failing build and say what is wrong'"
                        + " FROM generate_series(0, " + (rows + TOUCHED_ROWS - 1) + ") AS i");
        if (indexed) {
            execute("CREATE INDEX by_last_use ON as_made (last_used_at)");
        }
    }

    @Override
    public String description() {
        try {
            return "PostgreSQL " + query("SHOW server_version") + ", " + rows + " rows, "
                    + Long.parseLong(query("SELECT pg_total_relation_size('as_made')")) / 1_000_000 + " MB, "
                    + percentExpired + " % expired, " + (indexed ? "an index" : "no index")
                    + " on last_used_at, keys in random order";
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void restore() throws SQLException {
        execute(
                "DROP TABLE IF EXISTS agent_sessions",
                "CREATE TABLE agent_sessions (LIKE as_made INCLUDING ALL)",
                "INSERT INTO agent_sessions SELECT * FROM as_made",
                "VACUUM ANALYZE agent_sessions",
                "CHECKPOINT");
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    @Override
    public String liveKey(int number) {
        return "touched-" + number % TOUCHED_ROWS;
    }

    @Override
    public String plainDelete() {
        return "DELETE FROM agent_sessions WHERE last_used_at < "
                + (now - Duration.ofHours(24).toMillis());
    }

    @Override
    public boolean isSweptBeforeMain() {
        return false;
    }

    @Override
    public Optional<List<String>> cronJob() {
        return Optional.empty();
    }

    @Override
    public String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
    }

    @Override
    public String driverClassPath() {
        try {
            return Path.of(Driver.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The server recycles its log by itself; how large it was says nothing about a sweep. */
    @Override
    public Optional<Path> log() {
        return Optional.empty();
    }

    @Override
    public int rows() throws SQLException {
        return Integer.parseInt(query("SELECT count(*) FROM agent_sessions"));
    }

    @Override
    public int liveRows() {
        return rows - (int) (rows / 100L * percentExpired) - Math.min(percentExpired, rows % 100) + TOUCHED_ROWS;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
