package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * PostgreSQL, through the bundled driver: a connection of ours shares nothing with the host's. Values travel as text, which
 * PostgreSQL writes and reads without loss for every type of column.
 */
final class PostgresDialect implements Dialect {

    /** A thread of the host's waits meanwhile; a lock may take the busy timeout on top of it. */
    private static final long ANSWER_MILLIS = 1_000;

    /** As long as nothing was reached yet: the driver's classes have to be loaded as well. */
    private static final long FIRST_ANSWER_MILLIS = 3_000;

    /** A page of a large table without an index is a scan. */
    private static final long ANSWER_IN_THE_BACKGROUND_MILLIS = 300_000;

    private static final long LONGEST_LOGIN_MILLIS = 10_000;

    private final StoreConfig store;
    private final String url;
    private final Ages ages;
    private volatile boolean hasAnswered;

    PostgresDialect(StoreConfig store, String url, Ages ages) {
        this.store = store;
        this.url = url;
        this.ages = ages;
    }

    @Override
    public Connector connector(boolean noneIsOpen) {
        return this::connect;
    }

    @Override
    public Object identity() {
        return url;
    }

    @Override
    public long millisFor(Caller caller) {
        return switch (caller) {
            case HOST -> (hasAnswered ? ANSWER_MILLIS : FIRST_ANSWER_MILLIS) + store.busyTimeoutMillis();
            case AGENT -> ANSWER_IN_THE_BACKGROUND_MILLIS;
        };
    }

    @Override
    public void limit(Connection connection, long millis) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) millis);
    }

    private Connection connect(long millis) throws SQLException {
        long loginMillis = Math.min(millis, LONGEST_LOGIN_MILLIS);
        Properties properties = new Properties();
        store.credentials().user().ifPresent(user -> properties.setProperty("user", user));
        // Never none: the driver would go and read a ~/.pgpass that nobody named.
        properties.setProperty("password", store.credentials().password().orElse(""));
        properties.setProperty("ApplicationName", "session-ttl");
        properties.setProperty("stringtype", "unspecified");
        // Else its messages name the values of a row, a session id among them.
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("loginTimeout", String.valueOf(loginMillis / 1_000f));
        // In whole seconds: by these ends what the driver leaves behind when the login took too long.
        String seconds = String.valueOf(loginMillis / 1_000 + 1);
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        String settings = "lock_timeout=" + Math.max(1, store.busyTimeoutMillis());
        // A commit that waits for no disk and no standby holds its locks no longer: what a crash undoes is dropped
        // again.
        settings += " -c synchronous_commit=off";
        // A scan that began where another's is would skip other rows than those it has seen.
        properties.setProperty("options", "-c " + settings + " -c synchronize_seqscans=off");
        Connection connection = Bundled.DRIVER.connect(url, properties);
        if (connection == null) {
            throw new SQLException("the PostgreSQL driver does not take " + name());
        }
        hasAnswered = true;
        return connection;
    }

    /** For the command line, which has a process of its own. */
    static Driver bundledDriver() {
        return Bundled.DRIVER;
    }

    /** Loaded with the first connection: the driver starts java.util.logging, which must not be in premain (law 4). */
    private static final class Bundled {
        static final Driver DRIVER = driver();

        private static Driver driver() {
            Driver driver = new Driver();
            try {
                // It registers itself; the host's DriverManager is none of ours (law 4).
                Driver.deregister();
            } catch (SQLException | RuntimeException stillThere) {
                Log.debug("the PostgreSQL driver stays registered: " + Log.inWords(stillThere));
            }
            return driver;
        }
    }

    /** The server keeps no number of its schema's versions: it is looked over once a minute. */
    @Override
    public Object layoutVersion(Connection connection) {
        return TimeUnit.NANOSECONDS.toMinutes(System.nanoTime());
    }

    @Override
    public TableLayout layoutOf(Connection connection) throws SQLException {
        PostgresRanges ranges = store.isObserved()
                ? PostgresRanges.NONE
                : PostgresRanges.of(columnType(connection, regclass(connection)));
        PostgresWalkSql walk = PostgresWalkSql.of(store, ranges);
        Rows rows = new Rows(store.key().size(), ages);
        return new TableLayout(
                TableSql.of(store, TableSql.Flavour.POSTGRESQL, ranges.number, ranges.cast),
                ranges::before,
                (opened, cutoffMillis, page) -> new PostgresWalk(walk, ranges.before(cutoffMillis), rows, page));
    }

    @Override
    public void prepareToWrite(Connection connection) {
        // What a write wants is asked for at the login.
    }

    @Override
    public void trimLog(TableConnection connection) {
        // The server sees to it.
    }

    /** The table's object id, as the search path finds it. */
    private String regclass(Connection connection) throws SQLException {
        return first(connection, "SELECT ?::regclass::oid::text", TableSql.qualified(store.table()))
                .orElseThrow(() -> new SQLException("relation " + store.table() + " does not exist", "42P01"));
    }

    private String columnType(Connection connection, String table) throws SQLException {
        return first(
                        connection,
                        "SELECT coalesce(base.typname, t.typname) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                                + " LEFT JOIN pg_type base ON t.typtype = 'd' AND base.oid = t.typbasetype"
                                + " WHERE a.attrelid = ?::oid AND a.attname = ? AND NOT a.attisdropped",
                        table,
                        store.lastUsedAt())
                .orElseThrow(() -> new SQLException("column " + store.lastUsedAt() + " does not exist", "42703"));
    }

    @Override
    public Optional<String> obstacleIn(Connection connection) throws SQLException {
        String table = regclass(connection);
        if (first(connection, "SELECT 1 FROM pg_class WHERE oid = ?::oid AND relkind IN ('v', 'm')", table)
                .isPresent()) {
            return Optional.of(Obstacles.view(store));
        }
        if (store.expire() == ExpireAction.CLEAR_SESSION_ID) {
            Optional<String> whatItIs = first(
                    connection,
                    "SELECT CASE WHEN attgenerated <> '' THEN 'a generated column' ELSE 'NOT NULL' END FROM pg_attribute"
                            + " WHERE attrelid = ?::oid AND attname = ? AND (attnotnull OR attgenerated <> '')",
                    table,
                    store.sessionId());
            if (whatItIs.isPresent()) {
                return Optional.of(Obstacles.notClearable(store, whatItIs.get()));
            }
        }
        return store.cascade()
                ? Optional.empty()
                : cascadingTable(connection, table).map(other -> Obstacles.cascade(store, other));
    }

    /** A table whose rows would be deleted or changed with a row of ours; it may be the table itself. */
    private Optional<String> cascadingTable(Connection connection, String table) throws SQLException {
        String referring =
                "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = ?::oid";
        if (store.expire() == ExpireAction.DELETE_ROW) {
            return first(connection, referring + " AND confdeltype IN ('c', 'n', 'd') LIMIT 1", table);
        }
        return first(
                connection,
                referring + " AND confupdtype IN ('c', 'n', 'd') AND (SELECT attnum FROM pg_attribute WHERE attrelid ="
                        + " confrelid AND attname = ?) = ANY(confkey) LIMIT 1",
                table,
                store.sessionId());
    }

    private static Optional<String> first(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
            }
        }
    }

    @Override
    public StoreException translated(SQLException whole) {
        // A batch's own exception says no more than that one of its statements failed.
        SQLException failure =
                whole instanceof BatchUpdateException && whole.getCause() instanceof SQLException cause ? cause : whole;
        String state = String.valueOf(failure.getSQLState());
        Kind kind = switch (state) {
            // lock_not_available, query_canceled, serialization_failure, deadlock_detected
            case "55P03", "57014", "40001", "40P01" -> Kind.BUSY;
            // undefined_table, undefined_column, invalid_schema_name, invalid_catalog_name
            case "42P01", "42703", "3F000", "3D000" -> Kind.ABSENT;
            // insufficient_privilege
            case "42501" -> Kind.REFUSED;
            // read_only_sql_transaction
            case "25006" -> Kind.READ_ONLY;
            // syntax_error
            case "42601" -> Kind.FAILED;
            default -> kindOfClass(state);
        };
        return new StoreException(kind, Log.inWords(failure), failure);
    }

    private static Kind kindOfClass(String state) {
        return switch (state.length() == 5 ? state.substring(0, 2) : "") {
            // connection_exception, insufficient_resources, operator_intervention: it may be up again soon
            case "08", "53", "57" -> Kind.BUSY;
            // feature_not_supported, invalid_transaction_state, invalid_authorization, system_error, config_file_error,
            // internal_error, and what is no SQLSTATE
            case "0A", "25", "28", "58", "F0", "XX", "" -> Kind.FAILED;
            // Else it lies with the row, a trigger on it, or a key that is no value of its column's type.
            default -> Kind.CONSTRAINT;
        };
    }

    /** Everything by its text: PostgreSQL takes it for the type of the column that it is compared with. */
    @Override
    public @Nullable Object bindable(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return value == null ? null : value.toString();
    }

    @Override
    public boolean hasRowLocks() {
        return true;
    }

    @Override
    public boolean isInterruption(SQLException failure) {
        return "57014".equals(failure.getSQLState());
    }

    @Override
    public String name() {
        return store.shownUrl().orElse("PostgreSQL");
    }
}
