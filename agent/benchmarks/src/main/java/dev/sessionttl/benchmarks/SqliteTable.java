package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.net.URISyntaxException;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sqlite.JDBC;

/** An SQLite file in WAL mode: about 170 bytes a row, keys in no order. */
final class SqliteTable implements SessionTable {
    /** Beyond those that the options ask for: the other writer's own, alive even where all others are expired. */
    private static final int TOUCHED_ROWS = 1_000;

    private static final String BUSY_TIMEOUT_MILLIS = "60000";

    private final Path master;
    private final Path file;
    private final long now = System.currentTimeMillis();
    private final int rows;
    private final int percentExpired;
    private final boolean indexed;

    SqliteTable(Path folder, int rows, int percentExpired, boolean indexed) throws SQLException, IOException {
        this.master = folder.resolve("as-made.db");
        this.file = folder.resolve("orchestrator.db");
        this.rows = rows;
        this.percentExpired = percentExpired;
        this.indexed = indexed;
        Files.deleteIfExists(master);
        fill();
    }

    private void fill() throws SQLException {
        long old = now - Duration.ofHours(30).toMillis();
        long young = now - Duration.ofHours(1).toMillis();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + master);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT NOT NULL,"
                    + " last_used_at INTEGER NOT NULL, title TEXT)");
            statement.execute("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    + (rows + TOUCHED_ROWS - 1)
                    + ") INSERT INTO agent_sessions SELECT CASE WHEN i >= " + rows + " THEN 'touched-' || (i - " + rows
                    + ") ELSE 'agent-' || lower(hex(randomblob(8))) END, lower(hex(randomblob(4)) || '-' ||"
                    + " hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' ||"
                    + " hex(randomblob(6))), CASE WHEN i < " + rows + " AND i % 100 < " + percentExpired + " THEN "
                    + old + " ELSE " + young + " END - i,"
                    + " 'task ' || i || ': look into the failing build and say what is wrong' FROM n");
            if (indexed) {
                statement.execute("CREATE INDEX by_last_use ON agent_sessions (last_used_at)");
            }
        }
    }

    @Override
    public String description() {
        try {
            return "SQLite " + query(master, "SELECT sqlite_version()") + " in WAL mode, " + rows + " rows, "
                    + Files.size(master) / 1_000_000 + " MB, " + percentExpired + " % expired, "
                    + (indexed ? "an index" : "no index") + " on last_used_at, keys in random order";
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void restore() throws IOException {
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
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "?busy_timeout=" + BUSY_TIMEOUT_MILLIS);
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
        return true;
    }

    @Override
    public Optional<List<String>> cronJob() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .map(folder -> Path.of(folder, "sqlite3"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(sqlite3 -> List.of(
                        sqlite3.toString(), "-cmd", ".timeout " + BUSY_TIMEOUT_MILLIS, file.toString(), plainDelete()));
    }

    @Override
    public String url() {
        return "jdbc:sqlite:" + file;
    }

    @Override
    public String driverClassPath() {
        try {
            return Path.of(JDBC.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(Path.of(file + "-wal"));
    }

    @Override
    public int rows() throws SQLException {
        return Integer.parseInt(query(file, "SELECT count(*) FROM agent_sessions"));
    }

    @Override
    public int liveRows() {
        return rows - (int) (rows / 100L * percentExpired) - Math.min(percentExpired, rows % 100) + TOUCHED_ROWS;
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
