package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQLite, through whichever copy of it may touch the file at the moment (law 1); nothing newer than 2017's is needed. */
final class SqliteDialect implements Dialect {
    /** Of the bundled copy, which sweeps before main: what is dropped in the order of rows lies anywhere in an index. */
    private static final int CACHE_KIB = 65_536;

    /**
     * A burst of readers waits for our own connections rather than being handed stale ids; a driver's first opening, which
     * loads its native library, takes longer than any lock should be waited for.
     */
    private static final long POOL_WAIT_MILLIS = 5_000;

    private final StoreConfig store;
    private final SqliteUrl database;
    private final String url;
    private final Drivers drivers;
    private final Ages ages;
    private final TableSql sql;

    SqliteDialect(StoreConfig store, SqliteUrl database, Drivers drivers, Ages ages) {
        this.store = store;
        this.database = database;
        this.url = database.withoutCreating();
        this.drivers = drivers;
        this.ages = ages;
        this.sql =
                TableSql.of(store, TableSql.Flavour.SQLITE, store.isObserved() ? 0 : Timestamps.CANDIDATE_RANGES, "");
    }

    @Override
    public Connector connector(boolean noneIsOpen) throws SQLException, StoreException {
        SqliteDriver driver = drivers.current();
        if (driver == SqliteDriver.BUNDLED && noneIsOpen && OpenFiles.contain(database.file())) {
            throw new SQLException(
                    "the host has " + database.file() + " open through another library than org.sqlite, or since before"
                            + " the agent came, and a second SQLite in one process would corrupt it: the agent keeps out");
        }
        return millis -> connect(driver);
    }

    /** The file behind the name, as the file system tells without opening it (law 1). */
    @Override
    public Object identity() {
        try {
            Object key = Files.readAttributes(database.file(), BasicFileAttributes.class)
                    .fileKey();
            return key == null ? database : key;
        } catch (IOException notThere) {
            return database;
        }
    }

    private Connection connect(SqliteDriver driver) throws SQLException {
        Connection connection = driver.connect(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + store.busyTimeoutMillis());
            if (driver == SqliteDriver.BUNDLED) {
                statement.execute("PRAGMA cache_size = -" + CACHE_KIB);
            }
            return connection;
        } catch (SQLException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    @Override
    public void prepareToWrite(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // As the schema says, whether or not the host asks for it: a deletion must not leave orphans.
            statement.execute("PRAGMA foreign_keys = ON");
            if (isWal(statement)) {
                // No sync of the disk under the write lock: a power failure can bring a dropped row back, and no more.
                statement.execute("PRAGMA synchronous = NORMAL");
            }
        }
    }

    private static boolean isWal(Statement statement) throws SQLException {
        try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
            return mode.next() && "wal".equalsIgnoreCase(mode.getString(1));
        }
    }

    @Override
    public TableLayout layoutOf(Connection connection) throws SQLException {
        if (!isInTheFile()) {
            throw new SQLException(Obstacles.notInTheFile(store), null, SqliteErrors.ERROR);
        }
        return new TableLayout(sql, this::rangesBefore, this::walk);
    }

    @Override
    public Optional<String> obstacleIn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return SqliteObstacles.of(store, statement);
        }
    }

    private List<Object> rangesBefore(long epochMillis) {
        return store.isObserved()
                ? List.of()
                : Timestamps.of(store.timestamps()).candidateRanges(epochMillis);
    }

    @Override
    public Object layoutVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("PRAGMA schema_version")) {
            version.next();
            return version.getInt(1);
        }
    }

    private Walk walk(TableConnection connection, long cutoffMillis, Walk.Page page)
            throws SQLException, StoreException {
        Rows rows = new Rows(store.key().size(), ages);
        return SqliteWalk.of(connection, store, rows, rangesBefore(cutoffMillis), page, new RowDrops(this));
    }

    @Override
    public void trimLog(TableConnection connection) throws SQLException, StoreException {
        WriteAheadLog.trim(connection);
    }

    /** Of the schemas that an SQLite connection has, one is the file's. */
    private boolean isInTheFile() {
        return !store.table().contains(".")
                || store.table().toLowerCase(Locale.ROOT).startsWith("main.");
    }

    @Override
    public StoreException translated(SQLException failure) {
        return SqliteErrors.translated(failure, database.file());
    }

    /** As the host's own driver binds it: numbers, text, bytes and null as they are; a UUID, an enum or any other by its text. */
    @Override
    public @Nullable Object bindable(@Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Double
                || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        return value.toString();
    }

    @Override
    public long millisFor(Caller caller) {
        return POOL_WAIT_MILLIS;
    }

    @Override
    public void limit(Connection connection, long millis) {
        // Its only waits are those for locks, and they have the busy timeout.
    }

    @Override
    public boolean hasRowLocks() {
        return false;
    }

    @Override
    public boolean isInterruption(SQLException failure) {
        return (failure.getErrorCode() & 0xff) == SqliteErrors.INTERRUPTED;
    }

    @Override
    public String name() {
        return database.file().toString();
    }
}
