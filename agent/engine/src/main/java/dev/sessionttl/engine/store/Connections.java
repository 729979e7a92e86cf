package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A handful of connections to the host's database, opened when needed and closed soon after: an idle one would keep the
 * host from checkpointing, switching its journal mode or deleting the file. Any thread may call.
 */
final class Connections {
    private static final int MOST = 8;

    /** A database that has left a call without an answer for so much of its time is not merely busy. */
    private static final long UNANSWERED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long HANDOVER_SECONDS = 30;

    private final Dialect dialect;
    private final CircuitBreaker breaker;
    private final HostConnections host;

    /** Set while the thread opens or closes a connection of ours, which the host's driver, woven, would take for the host's. */
    private final ThreadLocal<Boolean> ours = ThreadLocal.withInitial(() -> false);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Deque<TableConnection> idle = new ArrayDeque<>();
    private int open;
    /** Whether the driver in use has opened the file before. */
    private int handOvers;

    /** Connections of an earlier one are not kept. */
    private int generation;

    private boolean closed;

    Connections(Dialect dialect, CircuitBreaker breaker, HostConnections host) {
        this.dialect = dialect;
        this.breaker = breaker;
        this.host = host;
    }

    /** Whether nothing is asked of the database for the moment, because it keeps failing. */
    boolean areLeftInPeace() {
        return breaker.isOpen();
    }

    <T> T with(Caller caller, Work<T> work) throws StoreException {
        return with(caller, work, true);
    }

    /**
     * As {@link #with}, for work that drops rows, where they may be dropped: that another holds the write lock is no reason not
     * to read.
     */
    <T> T writing(Caller caller, Work<T> work) throws StoreException {
        return with(
                caller,
                connection -> {
                    connection.prepareToDrop(dialect);
                    return work.on(connection);
                },
                false);
    }

    private <T> T with(Caller caller, Work<T> work, boolean busyCounts) throws StoreException {
        breaker.check();
        StackRoom.check();
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(dialect.millisFor(caller));
        try {
            T result = withConnection(work, untilNanos);
            breaker.succeeded();
            return result;
        } catch (StoreException failure) {
            boolean isOurs = failure.getCause() == null;
            if (!isOurs && untilNanos - System.nanoTime() < UNANSWERED_NANOS) {
                breaker.unanswered();
            } else if (busyCounts || failure.kind() != Kind.BUSY) {
                breaker.failed(failure);
            }
            throw failure;
        }
    }

    private <T> T withConnection(Work<T> work, long untilNanos) throws StoreException {
        try {
            TableConnection connection = takeCurrent(untilNanos);
            boolean usable = false;
            try {
                connection.limit(dialect, untilNanos);
                T result = work.on(connection);
                usable = connection.isOpen();
                return result;
            } catch (SQLException failure) {
                StoreException translated = dialect.translated(failure);
                usable = translated.kind() != Kind.FAILED && translated.kind() != Kind.READ_ONLY;
                connection.forgetStatements();
                throw translated;
            } catch (StoreException failure) {
                usable = connection.isOpen();
                throw failure;
            } finally {
                giveBack(connection, usable && connection.isOpen());
            }
        } catch (SQLException failure) {
            throw dialect.translated(failure);
        }
    }

    /**
     * Changes to another driver: returns when every connection through the old one is closed, so that the two never have
     * the database open together (law 1).
     *
     * @param change makes the dialect connect through the new one from now on
     */
    void handOver(Runnable change) {
        closeAfter(() -> {
            change.run();
            handOvers++;
            return takeIdle(0);
        });
        lock.lock();
        try {
            awaitNoneOpen();
        } finally {
            handOvers--;
            returned.signalAll();
            lock.unlock();
        }
    }

    /** Not to be interrupted: the host would go on to open the file beside us. */
    private void awaitNoneOpen() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANDOVER_SECONDS);
        while (open > 0 && deadline - System.nanoTime() > 0) {
            try {
                long unused = returned.awaitNanos(deadline - System.nanoTime());
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (open > 0) {
            Log.warn(
                    "a connection through another copy of SQLite does not come back while the host opens the database");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether what the driver is doing on this thread is our doing. */
    boolean areAtWorkOnThisThread() {
        return ours.get();
    }

    /** Closes what nobody has used for this long, and has the rest look again which file it is that they have open. */
    void closeIdle(long nanos) {
        closeAfter(() -> takeIdle(nanos));
    }

    /** Closes what is idle now, and what is in use as soon as it is given back. */
    void letGo() {
        closeAfter(() -> {
            generation++;
            return takeIdle(0);
        });
    }

    /** No more connections: the JVM is going down, and the host's own last close must find the file unshared. */
    void closeForGood() {
        closeAfter(() -> {
            closed = true;
            return takeIdle(0);
        });
    }

    private List<TableConnection> takeIdle(long nanos) {
        List<TableConnection> taken = new ArrayList<>(idle.size());
        for (TableConnection connection : idle) {
            if (connection.isIdleFor(nanos)) {
                taken.add(connection);
            } else {
                connection.lookAgain();
            }
        }
        idle.removeAll(taken);
        return taken;
    }

    /** Closes outside the lock what was taken under it: the last close of a file may have to write a checkpoint. */
    private void closeAfter(Supplier<List<TableConnection>> taking) {
        List<TableConnection> taken;
        lock.lock();
        try {
            taken = taking.get();
        } finally {
            lock.unlock();
        }
        taken.forEach(this::close);
    }

    /** A file may have been replaced under its name: what is open on the old one is of no use. */
    private TableConnection takeCurrent(long untilNanos) throws SQLException, StoreException {
        TableConnection connection = take(untilNanos);
        while (connection.isOutdated(dialect, host.openings())) {
            close(connection);
            connection = take(untilNanos);
        }
        return connection;
    }

    private TableConnection take(long untilNanos) throws SQLException, StoreException {
        Dialect.Connector connector;
        int openedIn;
        lock.lock();
        try {
            while (handOvers > 0 || (idle.isEmpty() && open >= MOST)) {
                long nanosLeft = untilNanos - System.nanoTime();
                if (nanosLeft <= 0) {
                    throw new StoreException(Kind.BUSY, "all " + MOST + " connections are in use");
                }
                long unused = returned.awaitNanos(nanosLeft);
                // Those whom this one waited for may have found the database broken.
                breaker.check();
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
            connector = dialect.connector(open == 0);
            open++;
            openedIn = generation;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.BUSY, "interrupted while waiting for a connection");
        } finally {
            lock.unlock();
        }
        TableConnection opened = null;
        ours.set(true);
        try {
            opened = TableConnection.open(dialect, connector, openedIn, untilNanos);
            return opened;
        } finally {
            ours.remove();
            if (opened == null) {
                forgetOne();
            }
        }
    }

    private void giveBack(TableConnection connection, boolean usable) {
        if (!usable || !isKept(connection)) {
            close(connection);
        }
    }

    private boolean isKept(TableConnection connection) {
        lock.lock();
        try {
            if (closed || handOvers > 0 || connection.generation() != generation) {
                return false;
            }
            connection.markIdle();
            idle.addLast(connection);
            returned.signal();
            return true;
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
        ours.set(true);
        try {
            connection.close();
        } catch (SQLException failure) {
            Log.debug("closing a connection failed: " + Log.inWords(failure));
        } finally {
            ours.remove();
            forgetOne();
        }
    }

    @FunctionalInterface
    interface Work<T> {
        T on(TableConnection connection) throws SQLException, StoreException;
    }
}
