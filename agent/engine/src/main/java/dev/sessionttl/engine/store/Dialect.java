package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one kind of database does its own way. Any thread may call. */
interface Dialect {
    /**
     * The way to the database as it is now; which driver it goes through is settled here, not when it is gone.
     *
     * @param noneIsOpen whether none of our own connections is open
     */
    Connector connector(boolean noneIsOpen) throws SQLException, StoreException;

    /** What the database's name leads to at the moment; it changes when the file behind it is replaced. */
    Object identity();

    /** The statements for the host's table as it is now. */
    TableLayout layoutOf(Connection connection) throws SQLException;

    /** Makes the connection one that may write: most only read, and are not to wait for what they do not need. */
    void prepareToWrite(Connection connection) throws SQLException;

    /** Why no row of the table may be dropped, and the remedy; empty where nothing speaks against it. */
    Optional<String> obstacleIn(Connection connection) throws SQLException;

    /** Changes when {@link #layoutOf} or {@link #obstacleIn} may have something else to say. */
    Object layoutVersion(Connection connection) throws SQLException;

    /**
     * Keeps the database's log short between two transactions of a sweep, so that it falls to no transaction of the host's.
     *
     * @throws StoreException of kind BUSY where the log is long and somebody keeps it from being emptied
     */
    void trimLog(TableConnection connection) throws SQLException, StoreException;

    /** In our words what a failure of this database means. */
    StoreException translated(SQLException failure);

    /** A key's value, or a session id, as this database can compare it. */
    @Nullable
    Object bindable(@Nullable Object value);

    /**
     * How long a call may take at the most, in ms, from the wait for a connection to the answer. A database in a file
     * answers or fails by itself: there it is the wait for a connection alone.
     */
    long millisFor(Caller caller);

    /** From now on each answer on this connection has to come within so many ms. */
    void limit(Connection connection, long millis) throws SQLException;

    /** Whether writers lock single rows, so that a sweep can leave out those which others have locked. */
    boolean hasRowLocks();

    /** Whether this is a statement's own end by {@link java.sql.Statement#cancel()}. */
    boolean isInterruption(SQLException failure);

    /** For people: which database this is, without its password. */
    String name();

    /** Opens a connection that waits no longer for a lock than the busy timeout, and creates nothing (law 2). */
    @FunctionalInterface
    interface Connector {
        /** @param millis for the whole of it, where a database could leave us waiting */
        Connection connect(long millis) throws SQLException;
    }
}
