package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.SessionTable;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The host's table, in whichever database it lies. Any thread may call. */
public final class JdbcTable implements SessionTable {
    private static final long WAIT_FOR_DRIVER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long madeAtNanos = System.nanoTime();
    private final StoreConfig store;
    private final Dialect dialect;
    private final Timestamps timestamps;
    private final Connections connections;
    private final Drivers drivers;
    private final Optional<Path> file;

    JdbcTable(StoreConfig store, Dialect dialect, Drivers drivers, Optional<Path> file) {
        this.store = store;
        this.dialect = dialect;
        this.timestamps = Timestamps.of(store.timestamps());
        this.connections = new Connections(dialect, new CircuitBreaker(System::nanoTime));
        this.drivers = drivers;
        this.file = file;
    }

    /** Opens nothing yet. */
    public static JdbcTable of(String url, StoreConfig store) {
        Drivers drivers = new Drivers();
        if (url.startsWith("jdbc:postgresql:")) {
            return new JdbcTable(store, new PostgresDialect(store, url), drivers, Optional.empty());
        }
        SqliteUrl database = SqliteUrl.parse(url);
        return new JdbcTable(store, new SqliteDialect(store, database, drivers), drivers, Optional.of(database.file()));
    }

    /** Which database it is, for people. */
    public String name() {
        return dialect.name();
    }

    /**
     * Whether the database may be used before the host's {@code main}: PostgreSQL's driver starts java.util.logging
     * (law 4).
     */
    public boolean isUsableBeforeMain() {
        return isSqlite();
    }

    /**
     * Whether the database is there, as far as can be told without opening it: to open and close an SQLite file would drop
     * the host's locks on it (law 1).
     */
    public boolean mayExist() {
        return !isSqlite() || Files.exists(file.get());
    }

    @Override
    public List<SessionRow> findByKey(List<?> key) throws StoreException {
        return soon(connection ->
                rows(bound(connection.prepare(connection.layout().sql().findByKey()), key)));
    }

    @Override
    public List<SessionRow> findBySessionId(String sessionId, List<?> key) throws StoreException {
        return soon(connection -> {
            TableSql sql = connection.layout().sql();
            String select = key.isEmpty() ? sql.findBySessionId() : sql.findBySessionIdAndKey();
            return rows(bound(connection.prepare(select), List.of(sessionId), key));
        });
    }

    @Override
    public boolean dropIfUntouched(SessionRow seen) throws StoreException {
        return writingSoon(
                connection -> !dropUntouched(connection, List.of(seen)).isEmpty());
    }

    @Override
    public boolean dropSession(SessionRow seen) throws StoreException {
        return writingSoon(connection -> {
            PreparedStatement drop =
                    connection.prepare(droppable(connection).dropOf(seen.key()).session());
            return bound(drop, List.of(seen.sessionId()), seen.key()).executeUpdate() > 0;
        });
    }

    /** How many sessions the table holds, and when the one unused for longest was last used (ms since 1970 UTC). */
    public Facts facts() throws StoreException {
        return on(connection -> {
            try (ResultSet result = connection
                    .prepare(connection.layout().sql().countAndOldest())
                    .executeQuery()) {
                result.next();
                return new Facts(
                        result.getLong(1), timestamps.read(result.getObject(2)).epochMillis());
            }
        });
    }

    private <T> T soon(Connections.Work<T> work) throws StoreException {
        return connections.with(Caller.HOST, work);
    }

    private <T> T writingSoon(Connections.Work<T> work) throws StoreException {
        return connections.writing(Caller.HOST, work);
    }

    /** For work that no thread of the host's waits for. */
    <T> T on(Connections.Work<T> work) throws StoreException {
        return connections.with(Caller.AGENT, work);
    }

    /** As {@link #on}, for work that writes. */
    <T> T writing(Connections.Work<T> work) throws StoreException {
        return connections.writing(Caller.AGENT, work);
    }

    /** Those of these rows that nobody has touched since they were seen: they are dropped, in one round trip. */
    List<SessionRow> dropUntouched(TableConnection connection, List<SessionRow> seen)
            throws SQLException, StoreException {
        TableSql sql = droppable(connection);
        Map<String, List<SessionRow>> byStatement = seen.stream()
                .collect(Collectors.groupingBy(row -> sql.dropOf(row.key()).ifUntouched()));
        List<SessionRow> dropped = new ArrayList<>(seen.size());
        for (Map.Entry<String, List<SessionRow>> rows : byStatement.entrySet()) {
            dropped.addAll(dropUntouched(connection.prepare(rows.getKey()), rows.getValue()));
        }
        return dropped;
    }

    private List<SessionRow> dropUntouched(PreparedStatement drop, List<SessionRow> seen) throws SQLException {
        int[] counts;
        try {
            for (SessionRow row : seen) {
                bound(drop, List.of(row.sessionId()), row.key());
                drop.setObject(2 + row.key().size(), row.lastUsed().stored());
                drop.addBatch();
            }
            counts = drop.executeBatch();
        } finally {
            // The SQLite driver of 2017 keeps the rows of a batch that failed, and would drop them with the next one's.
            drop.clearBatch();
        }
        List<SessionRow> dropped = new ArrayList<>(seen.size());
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                dropped.add(seen.get(i));
            }
        }
        return dropped;
    }

    /** The statements of a table from which rows may be dropped. */
    private static TableSql droppable(TableConnection connection) throws StoreException {
        Optional<String> obstacle = connection.layout().obstacle();
        if (obstacle.isPresent()) {
            throw new StoreException(Kind.REFUSED, obstacle.get());
        }
        return connection.layout().sql();
    }

    /**
     * Drops those of these rows that nobody has touched since they were seen: all or, where one cannot go, none of them.
     * Where writers lock single rows, those that somebody else has locked are left out.
     */
    List<SessionRow> dropChunk(TableConnection connection, List<SessionRow> seen) throws SQLException, StoreException {
        List<SessionRow> dropped = new ArrayList<>(seen.size());
        if (!dialect.hasRowLocks()) {
            connection.transaction(() -> dropped.addAll(dropUntouched(connection, seen)));
            return dropped;
        }
        List<SessionRow> withKey =
                seen.stream().filter(row -> !row.key().contains(null)).toList();
        List<SessionRow> without =
                seen.stream().filter(row -> row.key().contains(null)).toList();
        if (!withKey.isEmpty()) {
            dropped.addAll(dropUnlocked(connection, withKey));
        }
        if (!without.isEmpty()) {
            dropped.addAll(dropUntouched(connection, without));
        }
        return dropped;
    }

    private List<SessionRow> dropUnlocked(TableConnection connection, List<SessionRow> seen)
            throws SQLException, StoreException {
        PreparedStatement drop = connection.prepare(droppable(connection).dropUnlocked());
        List<String> ids = List.of(arrayOf(seen.stream().map(SessionRow::sessionId)));
        List<String> keys = IntStream.range(0, store.key().size())
                .mapToObj(column -> arrayOf(seen.stream().map(row -> row.key().get(column))))
                .toList();
        bound(drop, ids, List.of(arrayOf(seen.stream().map(row -> row.lastUsed().stored()))), keys, ids, keys);
        Map<List<?>, List<SessionRow>> byKey = seen.stream().collect(Collectors.groupingBy(SessionRow::key));
        try (ResultSet result = drop.executeQuery()) {
            List<SessionRow> dropped = new ArrayList<>(seen.size());
            while (result.next()) {
                List<SessionRow> ofKey = byKey.getOrDefault(key(result, 1), List.of());
                dropped.add(ofKey.remove(ofKey.size() - 1));
            }
            return dropped;
        }
    }

    /** An array as PostgreSQL writes it: of the type of the column that it is compared with. */
    private static String arrayOf(Stream<? extends @Nullable Object> values) {
        return values.map(value ->
                        '"' + String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Whether others can take rows while a sweep goes on: which of those that it left are still there is not known. */
    boolean isSharedByRows() {
        return dialect.hasRowLocks();
    }

    boolean isInterruption(SQLException failure) {
        return dialect.isInterruption(failure);
    }

    /** Rows that may be older than the cutoff, in no particular order. */
    PreparedStatement sweepPage(TableConnection connection, long cutoffMillis, int rows, int skipped)
            throws SQLException, StoreException {
        PreparedStatement page = connection.prepare(droppable(connection).sweepPage());
        int at = 1;
        for (Object bound : connection.layout().candidates().before(cutoffMillis)) {
            page.setObject(at++, dialect.bindable(bound));
        }
        page.setInt(at++, rows);
        page.setInt(at, skipped);
        return page;
    }

    List<SessionRow> rows(PreparedStatement select) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            List<SessionRow> rows = new ArrayList<>(1);
            while (result.next()) {
                String sessionId = result.getString(1);
                if (sessionId != null) {
                    rows.add(new SessionRow(key(result, 3), sessionId, timestamps.read(result.getObject(2))));
                }
            }
            return rows;
        }
    }

    private List<@Nullable Object> key(ResultSet result, int from) throws SQLException {
        List<@Nullable Object> key = new ArrayList<>(store.key().size());
        for (int i = 0; i < store.key().size(); i++) {
            key.add(result.getObject(from + i));
        }
        return key;
    }

    /**
     * The host has begun to load a SQLite driver. Returns when no other copy has a connection of ours any more (law 1).
     */
    public void hostDriverLoadedBy(ClassLoader loader) {
        if (isSqlite() && drivers.isNewsThatLoaded(loader)) {
            handOver(loader, "loads a SQLite driver");
        }
    }

    /**
     * The host is about to open a file through its SQLite driver. Where it is this database, only that driver is used from
     * now on, and this returns when no other copy has a connection of ours any more (law 1).
     *
     * @param name as the driver was given it: a path or a {@code file:} URI
     */
    public void hostOpens(String name, ClassLoader loader) {
        if (isSqlite()
                && !connections.isOpeningOnThisThread()
                && SqliteUrl.isSameFile(name, file.orElseThrow())
                && drivers.isNewsThatOpens(loader)) {
            handOver(loader, "opens the database");
        }
    }

    private void handOver(ClassLoader loader, String what) {
        Log.debug(
                "the host " + what + " by " + loader.getClass().getName() + ": only that driver is used from here on");
        connections.handOver(() -> drivers.use(loader));
    }

    private boolean isSqlite() {
        return file.isPresent();
    }

    /**
     * Whether it is known through which driver work that can wait is to reach the database: the host's, or the bundled one
     * where the host has loaded none in its first half minute.
     */
    public boolean isDriverSettled() {
        return !isSqlite() || drivers.hostHasOne() || System.nanoTime() - madeAtNanos > WAIT_FOR_DRIVER_NANOS;
    }

    /**
     * Closes the connections that nobody has used for this long.
     */
    public void closeIdle(long nanos) {
        connections.closeIdle(nanos);
    }

    /** Closes everything; later calls find the table absent. */
    public void closeForGood() {
        connections.closeForGood();
    }

    @SafeVarargs
    private final PreparedStatement bound(PreparedStatement statement, List<? extends @Nullable Object>... values)
            throws SQLException {
        int at = 1;
        for (List<? extends @Nullable Object> list : values) {
            for (Object value : list) {
                statement.setObject(at++, dialect.bindable(value));
            }
        }
        return statement;
    }

    /**
     * @param rows how many rows hold a session id
     * @param oldestMillis the earliest last-used time among them; empty where there is none or it cannot be told
     */
    public record Facts(long rows, OptionalLong oldestMillis) {}
}
