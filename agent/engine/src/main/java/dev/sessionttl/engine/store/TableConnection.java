package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection with its prepared statements; one thread at a time. */
final class TableConnection implements AutoCloseable {
    private final Connection connection;
    private final Object identity;
    private final int generation;
    private TableLayout layout;

    private Optional<String> obstacle = Optional.empty();
    /** Of the obstacle; null before anyone has asked for it. */
    private @Nullable Object layoutVersion;

    private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();
    private boolean wasIdle;
    private long hostOpeningsAtLook;
    private long idleSinceNanos;

    private TableConnection(Connection connection, Object identity, int generation, TableLayout layout) {
        this.connection = connection;
        this.generation = generation;
        this.identity = identity;
        this.layout = layout;
    }

    /**
     * @param generation of its owner's, to tell old connections from new ones
     * @param untilNanos when it has to be open
     */
    static TableConnection open(Dialect dialect, Dialect.Connector connector, int generation, long untilNanos)
            throws SQLException {
        Object identity = dialect.identity();
        Connection connection = connector.connect(millisUntil(untilNanos));
        try {
            dialect.limit(connection, millisUntil(untilNanos));
            return new TableConnection(connection, identity, generation, dialect.layoutOf(connection));
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

    /**
     * Whether the database's name leads to another file by now than the one that was opened here. A host that goes on with
     * what it has open reads that, wherever the name leads: to look each time would take a fifth of our read.
     *
     * @param hostOpenings how often the host has opened the file; 0 where it has it open nowhere
     */
    boolean isOutdated(Dialect dialect, long hostOpenings) {
        if (!wasIdle || (hostOpenings != 0 && hostOpenings == hostOpeningsAtLook)) {
            return false;
        }
        hostOpeningsAtLook = hostOpenings;
        return !identity.equals(dialect.identity());
    }

    /** The next use looks where the name leads, whatever the host has open. */
    void lookAgain() {
        hostOpeningsAtLook = 0;
    }

    int generation() {
        return generation;
    }

    /** Whether the driver has not given it up, as it does when the server is gone. */
    boolean isOpen() {
        try {
            return !connection.isClosed();
        } catch (SQLException broken) {
            return false;
        }
    }

    TableLayout layout() {
        return layout;
    }

    /**
     * Before a row is dropped, and never in a transaction of ours.
     *
     * @throws StoreException of kind REFUSED where none may be
     */
    void prepareToDrop(Dialect dialect) throws SQLException, StoreException {
        Optional<String> why = obstacle(dialect);
        if (why.isPresent()) {
            throw new StoreException(Kind.REFUSED, why.get());
        }
    }

    /**
     * Looks the table over if the host may have migrated it since the last look: a row may have got dependants that would go
     * with it. Never to be called in a transaction of ours.
     */
    Optional<String> obstacle(Dialect dialect) throws SQLException {
        Object now = dialect.layoutVersion(connection);
        if (!now.equals(layoutVersion)) {
            dialect.prepareToWrite(connection);
            layout = dialect.layoutOf(connection);
            obstacle = dialect.obstacleIn(connection);
            layoutVersion = now;
        }
        return obstacle;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** The SQLite driver closes a statement that failed, and refuses it from then on. */
    void forgetStatements() {
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException isClosedAlready) {
                // As was to be.
            }
        }
        prepared.clear();
    }

    /** Several statements, one commit. On SQLite the first of them must write: a read before it could make it refuse the lock. */
    void transaction(Statements statements) throws SQLException, StoreException {
        connection.setAutoCommit(false);
        try {
            statements.run();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException | StoreException | RuntimeException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /** On a full disk SQLite has rolled back by itself, and complains of all that follows: what was first is to be told. */
    private void rollBack(Exception failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
            closeAfter(failure);
        }
    }

    /** Nobody is to go on in a transaction of which no one knows how it stands. */
    private void closeAfter(Exception failure) {
        try {
            connection.close();
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
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
        wasIdle = true;
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
