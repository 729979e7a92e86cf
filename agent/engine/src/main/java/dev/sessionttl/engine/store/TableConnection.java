package dev.sessionttl.engine.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A connection with its prepared statements; one thread at a time. */
final class TableConnection implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private long idleSinceNanos;

    private TableConnection(Connection connection) {
        this.connection = connection;
    }

    static TableConnection open(SqliteDriver driver, String url, long busyTimeoutMillis) throws SQLException {
        Connection connection = driver.connect(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + busyTimeoutMillis);
            return new TableConnection(connection);
        } catch (SQLException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** Several statements, one commit. The first of them must write: a read before it could make SQLite refuse the lock. */
    void transaction(Statements statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            statements.run();
            connection.commit();
        } catch (SQLException | RuntimeException failure) {
            try {
                connection.rollback();
            } catch (SQLException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        } finally {
            connection.setAutoCommit(true);
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
        void run() throws SQLException;
    }
}
