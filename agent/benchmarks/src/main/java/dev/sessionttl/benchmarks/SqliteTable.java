package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sqlite.JDBC;

/** An SQLite file in WAL mode: about 170 bytes a row, keys in no order. */
final class SqliteTable extends SessionTable {
    private static final String BUSY_TIMEOUT_MILLIS = "60000";

    private final Path master;
    private final Path file;
    private final boolean indexed;

    SqliteTable(Path folder, int rows, int touchedRows, int percentExpired, boolean indexed)
            throws SQLException, IOException {
        super(rows, touchedRows, percentExpired);
        this.master = folder.resolve("as-made.db");
        this.file = folder.resolve("orchestrator.db");
        this.indexed = indexed;
        Files.deleteIfExists(master);
        fill();
    }

    private void fill() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + master);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL,"
                    + " last_used_at INTEGER NOT NULL, title TEXT)");
            statement.execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    + (allRows() - 1)
                    + ") INSERT INTO agent_sessions SELECT "
                    + columnsOfRow(
                            "lower(hex(randomblob(8)))",
                            "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' ||"
                                    + " hex(randomblob(2)) || '-' || hex(randomblob(6)))")
                    + " FROM n");
            if (indexed) {
                statement.execute("CREATE INDEX by_last_use ON agent_sessions (last_used_at)");
            }
        }
    }

    @Override
    String description() {
        try {
            String version = query(master, "SELECT sqlite_version()");
            return describe("SQLite " + version + " in WAL mode", Files.size(master), indexed);
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    void restore() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + suffix));
        }
        Files.copy(master, file, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel copy = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // Else the first commit that is measured would wait until the copy is on the disk.
            copy.force(true);
        }
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "?busy_timeout=" + BUSY_TIMEOUT_MILLIS);
    }

    @Override
    boolean isSweptBeforeMain() {
        return true;
    }

    @Override
    Optional<List<String>> cronJob() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .map(folder -> Path.of(folder, "sqlite3"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(sqlite3 -> List.of(
                        sqlite3.toString(), "-cmd", ".timeout " + BUSY_TIMEOUT_MILLIS, file.toString(), plainDelete()));
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + file;
    }

    @Override
    Path driver() {
        return Jars.of(JDBC.class);
    }

    @Override
    Optional<Path> log() {
        return Optional.of(Path.of(file + "-wal"));
    }

    @Override
    int rows() throws SQLException {
        return Integer.parseInt(query(file, "SELECT count(*) FROM agent_sessions"));
    }

    @Override
    public void close() {
        // Its folder is deleted with all that is in it.
    }

    private static String query(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.getString(1);
        }
    }
}
