package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.SessionTable;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Log;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The host's table, in whichever database it lies. Any thread may call. */
public final class JdbcTable implements SessionTable {
    /** A value that lies further ahead says nothing about age. */
    private static final long A_DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private static final long WAIT_FOR_DRIVER_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long madeAtNanos = System.nanoTime();
    private final Dialect dialect;
    private final Rows rows;
    private final Timestamps timestamps;
    private final Optional<Observations> observed;
    private final Connections connections;
    private final Drivers drivers;
    private final HostConnections hostConnections;
    private final Optional<Path> file;

    private JdbcTable(
            StoreConfig store,
            Dialect dialect,
            Drivers drivers,
            Optional<Path> file,
            Ages ages,
            Optional<Observations> observed) {
        this.dialect = dialect;
        this.rows = new Rows(store.key().size(), ages);
        this.timestamps = Timestamps.of(store.timestamps());
        this.observed = observed;
        this.drivers = drivers;
        this.hostConnections = new HostConnections(!drivers.mayUseTheBundledOne());
        this.connections = new Connections(dialect, new CircuitBreaker(System::nanoTime), hostConnections);
        this.file = file;
    }

    /** A table that tells itself when its rows were last used. Opens nothing yet. */
    public static JdbcTable of(String url, StoreConfig store) {
        return of(url, store, Optional.empty());
    }

    /**
     * Opens nothing yet.
     *
     * @param observed tells when its rows were last used, where the table does not
     */
    public static JdbcTable of(String url, StoreConfig store, Optional<Observations> observed) {
        return of(url, store, observed, new Drivers(false));
    }

    /**
     * The same in a host whose {@code main} began before the agent did, and which may have the database open: the bundled
     * SQLite is not used there (law 1). Opens nothing, and nothing can be opened before {@link #hostHadUsed}.
     */
    public static JdbcTable ofRunningHost(String url, StoreConfig store, Optional<Observations> observed) {
        return of(url, store, observed, new Drivers(true));
    }

    private static JdbcTable of(String url, StoreConfig store, Optional<Observations> observed, Drivers drivers) {
        Ages ages = Ages.of(store, observed);
        if (url.startsWith("jdbc:postgresql:")) {
            return new JdbcTable(
                    store, new PostgresDialect(store, url, ages), drivers, Optional.empty(), ages, observed);
        }
        SqliteUrl database = SqliteUrl.parse(url);
        return new JdbcTable(
                store,
                new SqliteDialect(store, database, drivers, ages),
                drivers,
                Optional.of(database.file()),
                ages,
                observed);
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
        return soon(connection -> {
            String select = connection.layout().sql().findByKey();
            return foundBy(key, asBound -> rows.sessions(bound(connection.prepare(select), asBound)));
        });
    }

    @Override
    public List<SessionRow> findBySessionId(String sessionId, List<?> key) throws StoreException {
        return soon(connection -> {
            TableSql sql = connection.layout().sql();
            String select = key.isEmpty() ? sql.findBySessionId() : sql.findBySessionIdAndKey();
            return foundBy(
                    key, asBound -> rows.sessions(bound(connection.prepare(select), List.of(sessionId), asBound)));
        });
    }

    /** SQLite has no UUIDs: a host stores them as text or, as Hibernate does, as their bytes. */
    private List<SessionRow> foundBy(List<?> key, Find find) throws SQLException {
        List<SessionRow> rows = find.by(key);
        if (rows.isEmpty() && isSqlite() && key.stream().anyMatch(UUID.class::isInstance)) {
            return find.by(key.stream()
                    .map(value -> value instanceof UUID id ? bytes(id) : value)
                    .toList());
        }
        return rows;
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    public boolean dropIfUntouched(SessionRow seen) throws StoreException {
        return writingSoon(connection -> {
            String drop = connection.layout().sql().dropOf(seen.key()).ifUntouched();
            return !new RowDrops(dialect)
                    .untouched(connection.prepare(drop), List.of(Candidate.byKey(seen)))
                    .isEmpty();
        });
    }

    @Override
    public boolean dropSession(SessionRow seen) throws StoreException {
        return writingSoon(connection -> {
            String drop = connection.layout().sql().dropOf(seen.key()).session();
            return bound(connection.prepare(drop), List.of(seen.sessionId()), seen.key())
                            .executeUpdate()
                    > 0;
        });
    }

    @Override
    public void used(String sessionId) {
        observed.ifPresent(record -> record.used(sessionId));
    }

    /**
     * Whether it can be told of rows that nobody reads how old they are. A column tells; a record of what was seen does only
     * while something was: else the host's uses may come by where nobody looks.
     *
     * @param cutoffMillis what is older is expired, in ms since 1970 UTC
     */
    public boolean canJudgeUnread(long cutoffMillis) {
        return observed.isEmpty() || observed.get().sawAnyUseSince(cutoffMillis);
    }

    /** Opens a connection ahead of the sweep for which it is wanted soon; what speaks against that is met here already. */
    public boolean openToSweep() throws StoreException {
        return on(connection -> {
            connection.prepareToDrop(dialect);
            return true;
        });
    }

    /** How many sessions the table holds, and when the one unused for longest was last used (ms since 1970 UTC). */
    public Facts facts() throws StoreException {
        return on(connection -> {
            TableLayout layout = connection.layout();
            List<Object> ranges = layout.rangesBefore().apply(System.currentTimeMillis() + A_DAY_MILLIS);
            PreparedStatement select = connection.prepare(layout.sql().countAndOldest());
            try (ResultSet result = bound(select, ranges).executeQuery()) {
                result.next();
                return new Facts(result.getLong(1), earliest(Rows.values(result, 2, ranges.size() / 2)));
            }
        });
    }

    private OptionalLong earliest(List<@Nullable Object> lastUsed) {
        return lastUsed.stream()
                .map(timestamps::read)
                .map(LastUsed::epochMillis)
                .flatMapToLong(OptionalLong::stream)
                .min();
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

    /**
     * A walk through the rows that may mean a moment before the cutoff (ms since 1970 UTC).
     *
     * @param page when it is enough for a page
     */
    Walk walk(long cutoffMillis, Walk.Page page) throws StoreException {
        return on(connection -> {
            connection.prepareToDrop(dialect);
            return connection.layout().walks().begin(connection, cutoffMillis, page);
        });
    }

    boolean trimLog() throws StoreException {
        return writing(connection -> {
            dialect.trimLog(connection);
            return true;
        });
    }

    /** Why no row may be dropped, and the remedy; empty where nothing speaks against it. */
    Optional<String> obstacle() throws StoreException {
        return on(connection -> connection.obstacle(dialect));
    }

    /** Whether writers lock single rows rather than the whole database: a sweep's transaction then is one statement. */
    public boolean hasRowLocks() {
        return dialect.hasRowLocks();
    }

    /** Whether nothing is asked of the database for the moment, because it keeps failing. */
    public boolean isLeftInPeace() {
        return connections.areLeftInPeace();
    }

    boolean isInterruption(SQLException failure) {
        return dialect.isInterruption(failure);
    }

    /** The loaders whose SQLite drivers the host had begun to use before the agent began to watch. */
    public void hostHadUsed(Set<ClassLoader> loaders) {
        if (!isSqlite() || drivers.mayUseTheBundledOne()) {
            loaders.forEach(this::hostDriverLoadedBy);
        } else {
            connections.handOver(() -> drivers.hadUsed(loaders));
            if (loaders.size() != 1) {
                Log.info("the host has " + (loaders.isEmpty() ? "no SQLite driver" : "several SQLite drivers")
                        + " in use: nothing is done before it opens " + name());
            }
        }
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
     * @param connection the driver's own object for it
     * @param loader the driver's
     */
    public void hostOpens(String name, Object connection, ClassLoader loader) {
        if (!isSqlite() || connections.areAtWorkOnThisThread()) {
            return;
        }
        if (!SqliteUrl.isSameFile(name, file.orElseThrow())) {
            hostConnections.openedAnother(connection);
        } else {
            hostConnections.opened(connection);
            if (drivers.isNewsThatOpens(loader)) {
                handOver(loader, "opens the database");
            }
        }
    }

    /**
     * The host is about to close a connection of its SQLite driver. After its last it takes the file to be whole, without a
     * WAL beside it, and may put another in its place: none of ours is left on it.
     *
     * @param connection the driver's own object for it
     */
    public void hostCloses(Object connection) {
        if (isSqlite() && !connections.areAtWorkOnThisThread() && hostConnections.isLast(connection)) {
            connections.letGo();
        }
    }

    private void handOver(ClassLoader loader, String what) {
        Log.debug(
                "the host " + what + " by " + loader.getClass().getName() + ": only that driver is used from here on");
        connections.handOver(() -> drivers.use(loader));
    }

    boolean isSqlite() {
        return file.isPresent();
    }

    /**
     * Whether it is known through which driver work that can wait is to reach the database: the host's, or the bundled one
     * where the host has loaded none in its first half minute.
     */
    public boolean isDriverSettled() {
        return !isSqlite()
                || drivers.hostHasOne()
                || (drivers.mayUseTheBundledOne() && System.nanoTime() - madeAtNanos > WAIT_FOR_DRIVER_NANOS);
    }

    /**
     * Closes the connections that nobody has used for this long.
     */
    public void closeIdle(long nanos) {
        connections.closeIdle(nanos);
    }

    /** Whether this is the database's file, or one of those that SQLite keeps beside it, by whatever name (law 1). */
    public boolean liesIn(Path path) {
        return isSqlite() && SqliteUrl.isOf(file.orElseThrow(), path);
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

    @FunctionalInterface
    private interface Find {
        List<SessionRow> by(List<?> key) throws SQLException;
    }

    /**
     * @param rows how many rows hold a session id
     * @param oldestMillis the earliest last-used time among them; empty where there is none or it cannot be told
     */
    public record Facts(long rows, OptionalLong oldestMillis) {}
}
