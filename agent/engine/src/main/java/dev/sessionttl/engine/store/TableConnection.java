package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A connection with its prepared statements; one thread at a time. */
final class TableConnection implements AutoCloseable {
    private final Connection connection;
    private final TableLayout layout;
    private final Object identity;
    private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();
    private long idleSinceNanos;

    private TableConnection(Connection connection, TableLayout layout, Object identity) {
        this.connection = connection;
        this.layout = layout;
        this.identity = identity;
    }

    /**
     * Looks the table over as well: a host may have migrated it since the last connection.
     *
     * @param untilNanos when it has to be open
     */
    static TableConnection open(Dialect dialect, Dialect.Connector connector, long untilNanos) throws SQLException {
        Object identity = dialect.identity();
        Connection connection = connector.connect(millisUntil(untilNanos));
        try {
            dialect.limit(connection, millisUntil(untilNanos));
            return new TableConnection(connection, dialect.layoutOf(connection), identity);
        } catch (SQLException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /** @param untilNanos when the next answer has to be here */
    void limit(Dialect dialect, long untilNanos) throws SQLException {
        dialect.limit(connection, millisUntil(untilNanos));
    }

    /** Never 0, by which drivers mean forever. */
    private static long millisUntil(long nanos) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
    }

    /** Whether the database's name leads to another file than the one that is open here. */
    boolean isOutdated(Dialect dialect) {
        return !identity.equals(dialect.identity());
    }

    /** Whether the driver has not given it up, as it does when the server is gone. */
    boolean isOpen() throws SQLException {
        return !connection.isClosed();
    }

    TableLayout layout() {
        return layout;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** Several statements, one commit. On SQLite the first of them must write: a read before it could make it refuse the lock. */
    void transaction(Statements statements) throws SQLException, StoreException {
        connection.setAutoCommit(false);
        try {
            statements.run();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException | StoreException | RuntimeException failure) {
            abandon(failure);
            throw failure;
        }
    }

    /** SQLite has rolled back already what was interrupted, and its driver then takes our own roll back for an error. */
    private void abandon(Exception failure) throws SQLException {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
            connection.close();
        }
    }

    /** Interrupts what it is doing, from another thread. */
    void cancel() {
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.cancel();
            } catch (SQLException alreadyOver) {
                // It ended by itself.
            }
        }
    }

    void markIdle() {
        idleSinceNanos = System.nanoTime();
    }

    boolean isIdleFor(long nanos) {
        return System.nanoTime() - idleSinceNanos >= nanos;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    @FunctionalInterface
    interface Statements {
        void run() throws SQLException, StoreException;
    }
}
