package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A handful of connections to the host's database, opened when needed and closed soon after: an idle one would keep the
 * host from checkpointing, switching its journal mode or deleting the file. Any thread may call.
 */
final class Connections {
    private static final int MOST = 4;
    private static final long HANDOVER_SECONDS = 10;
    /** A driver's first opening loads its native library, which takes longer than any lock should be waited for. */
    private static final long FIRST_OPENING_SECONDS = 5;

    private final String url;
    private final long busyTimeoutMillis;
    private final Drivers drivers = new Drivers();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Deque<TableConnection> idle = new ArrayDeque<>();
    private int open;
    /** Whether the driver in use has opened the file before. */
    private boolean warm;

    private boolean handingOver;
    private boolean closed;

    Connections(String url, long busyTimeoutMillis) {
        this.url = url;
        this.busyTimeoutMillis = busyTimeoutMillis;
    }

    <T> T with(Work<T> work) throws StoreException {
        try {
            TableConnection connection = take();
            boolean usable = false;
            try {
                T result = work.on(connection);
                usable = true;
                return result;
            } catch (SQLException failure) {
                StoreException translated = SqliteErrors.translated(failure);
                usable = translated.kind() == Kind.BUSY;
                throw translated;
            } finally {
                giveBack(connection, usable);
            }
        } catch (SQLException failure) {
            throw SqliteErrors.translated(failure);
        }
    }

    /**
     * The host has just begun to load a SQLite driver. Returns when every connection of ours through the bundled copy is
     * closed, so that the two never have the file open together (law 1).
     */
    void hostDriverLoadedBy(ClassLoader loader) {
        lock.lock();
        try {
            if (!drivers.add(loader)) {
                return;
            }
            handingOver = true;
            warm = false;
            closeIdle(0);
            long nanosLeft = TimeUnit.SECONDS.toNanos(HANDOVER_SECONDS);
            while (open > 0 && nanosLeft > 0) {
                nanosLeft = returned.awaitNanos(nanosLeft);
            }
            if (open > 0) {
                Log.warn("the bundled SQLite is still in use while the host loads its own");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            handingOver = false;
            returned.signalAll();
            lock.unlock();
        }
    }

    boolean hostHasADriver() {
        return drivers.hostHasOne();
    }

    /** Closes what nobody has used for this long. */
    void closeIdle(long nanos) {
        lock.lock();
        try {
            for (int i = idle.size(); i > 0; i--) {
                TableConnection connection = idle.removeFirst();
                if (connection.isIdleFor(nanos)) {
                    close(connection);
                } else {
                    idle.addLast(connection);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more connections: the JVM is going down, and the host's own last close must find the file unshared. */
    void closeForGood() {
        lock.lock();
        try {
            closed = true;
            closeIdle(0);
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private TableConnection take() throws SQLException, StoreException {
        SqliteDriver driver;
        lock.lock();
        try {
            long nanosLeft = warm
                    ? TimeUnit.MILLISECONDS.toNanos(busyTimeoutMillis)
                    : TimeUnit.SECONDS.toNanos(FIRST_OPENING_SECONDS);
            while (handingOver || (idle.isEmpty() && open >= MOST)) {
                if (nanosLeft <= 0) {
                    throw new StoreException(Kind.BUSY, "all " + MOST + " connections are in use");
                }
                nanosLeft = returned.awaitNanos(nanosLeft);
            }
            if (closed) {
                throw new StoreException(Kind.ABSENT, "the JVM is going down");
            }
            TableConnection connection = idle.pollLast();
            if (connection != null) {
                return connection;
            }
            // Chosen together with the count: a thread that chose later could pick the driver that the host is still
            // loading, and each would wait for the other.
            driver = drivers.current();
            open++;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.BUSY, "interrupted while waiting for a connection");
        } finally {
            lock.unlock();
        }
        TableConnection opened = null;
        try {
            opened = TableConnection.open(driver, url, busyTimeoutMillis);
            return opened;
        } finally {
            if (opened == null) {
                forgetOne();
            }
        }
    }

    private void giveBack(TableConnection connection, boolean usable) {
        lock.lock();
        try {
            if (usable && !closed && !handingOver) {
                warm = true;
                connection.markIdle();
                idle.addLast(connection);
            } else {
                close(connection);
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forgetOne() {
        lock.lock();
        try {
            open--;
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void close(TableConnection connection) {
        open--;
        try {
            connection.close();
        } catch (SQLException failure) {
            Log.debug("closing a connection failed: " + Log.inWords(failure));
        }
    }

    @FunctionalInterface
    interface Work<T> {
        T on(TableConnection connection) throws SQLException;
    }
}
