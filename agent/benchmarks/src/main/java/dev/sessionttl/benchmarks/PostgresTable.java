package dev.sessionttl.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postgresql.Driver;

/** A table on a PostgreSQL server of its own, which has the settings that PostgreSQL comes with: each commit waits for the disk. */
final class PostgresTable extends SessionTable {
    private final EmbeddedPostgres server;
    private final boolean indexed;

    PostgresTable(int rows, int touchedRows, int percentExpired, boolean indexed) throws SQLException, IOException {
        super(rows, touchedRows, percentExpired);
        this.server = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start();
        this.indexed = indexed;
        fill();
    }

    private void fill() throws SQLException {
        execute(
                "CREATE TABLE as_made (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_used_at BIGINT NOT NULL,"
                        + " title TEXT)",
                "INSERT INTO as_made SELECT "
                        + columnsOfRow("substr(md5(i::text), 1, 16)", "gen_random_uuid()::text")
                        + " FROM generate_series(0, " + (allRows() - 1) + ") AS i");
        if (indexed) {
            execute("CREATE INDEX by_last_use ON as_made (last_used_at)");
        }
    }

    @Override
    String description() {
        try {
            return describe(
                    "PostgreSQL " + query("SHOW server_version"),
                    Long.parseLong(query("SELECT pg_total_relation_size('as_made')")),
                    indexed);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    void restore() throws SQLException {
        execute(
                "DROP TABLE IF EXISTS agent_sessions",
                "CREATE TABLE agent_sessions (LIKE as_made INCLUDING ALL)",
                "INSERT INTO agent_sessions SELECT * FROM as_made",
                "VACUUM ANALYZE agent_sessions",
                "CHECKPOINT");
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    @Override
    boolean isSweptBeforeMain() {
        return false;
    }

    @Override
    Optional<List<String>> cronJob() {
        return Optional.empty();
    }

    @Override
    String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
    }

    @Override
    Path driver() {
        return Jars.of(Driver.class);
    }

    /** The server recycles its log by itself; how large it was says nothing about a sweep. */
    @Override
    Optional<Path> log() {
        return Optional.empty();
    }

    @Override
    int rows() throws SQLException {
        return Integer.parseInt(query("SELECT count(*) FROM agent_sessions"));
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
