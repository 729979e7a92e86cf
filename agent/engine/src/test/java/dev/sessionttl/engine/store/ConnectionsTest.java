package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConnectionsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HostDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void aConnectionIsUsedAgain() throws StoreException {
        Connections connections = connections(1_000);

        TableConnection first = connections.with(connection -> connection);

        assertThat(connections.<TableConnection>with(connection -> connection)).isSameAs(first);
    }

    @Test
    void noMoreThanFourAreOpenAndAFifthWaitsNoLongerThanItMay() throws Exception {
        Connections connections = connections(50);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> open = ConcurrentHashMap.newKeySet();
        List<Future<Boolean>> holders = hold(connections, 4, open, letGo);

        long before = System.nanoTime();
        assertKind(Kind.BUSY, () -> connections.with(connection -> connection));
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));

        letGo.countDown();
        for (Future<Boolean> holder : holders) {
            holder.get();
        }
        assertThat(open).hasSize(4);
        assertThat(open).contains(connections.<TableConnection>with(connection -> connection));
    }

    @Test
    void aFifthGetsTheConnectionThatIsGivenBackWhileItWaits() throws Exception {
        Connections connections = connections(30_000);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> open = ConcurrentHashMap.newKeySet();
        hold(connections, 4, open, letGo);

        Future<TableConnection> fifth = threads.submit(() -> connections.with(connection -> connection));
        letGo.countDown();

        assertThat(open).contains(fifth.get());
    }

    @Test
    void aConnectionOnWhichSomethingFailedIsNotUsedAgain() throws StoreException {
        Connections connections = connections(1_000);
        List<TableConnection> seen = new ArrayList<>();

        assertKind(
                Kind.ABSENT,
                () -> connections.with(connection -> {
                    seen.add(connection);
                    return connection.prepare("SELECT * FROM nowhere");
                }));
        assertThatThrownBy(() -> connections.with(connection -> {
                    seen.add(connection);
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        seen.add(connections.with(connection -> connection));

        assertThat(seen).doesNotHaveDuplicates().hasSize(3);
        assertClosed(seen.get(0));
        assertClosed(seen.get(1));
    }

    @Test
    void aBusyConnectionIsAsGoodAsBefore() throws StoreException {
        Connections connections = connections(0);
        TableConnection first = connections.with(connection -> connection);
        database.holdTheWriteLock();

        assertKind(
                Kind.BUSY,
                () -> connections.with(connection ->
                        connection.prepare("DELETE FROM agent_sessions").executeUpdate()));
        database.letGoOfTheLock();

        assertThat(connections.<TableConnection>with(connection -> connection)).isSameAs(first);
    }

    @Test
    void whatFailsToOpenTakesNoPlace(@TempDir Path elsewhere) {
        Connections connections = new Connections(
                SqliteUrl.parse("jdbc:sqlite:" + elsewhere.resolve("none.db")).withoutCreating(), 0);

        for (int i = 0; i < 10; i++) {
            assertKind(Kind.ABSENT, () -> connections.with(connection -> connection));
        }
    }

    @Test
    void idleConnectionsAreClosedOnceTheyHaveBeenIdleForSoLong() throws Exception {
        Connections connections = connections(1_000);
        TableConnection first = connections.with(connection -> connection);

        connections.closeIdle(TimeUnit.HOURS.toNanos(1));
        assertThat(connections.<TableConnection>with(connection -> connection)).isSameAs(first);
        connections.closeIdle(0);

        assertClosed(first);
        assertThat(connections.<TableConnection>with(connection -> connection)).isNotSameAs(first);
    }

    /** Law 1: two copies of SQLite must never have the file open together. */
    @Test
    void theHandOverReturnsOnlyWhenEveryBundledConnectionIsClosed() throws Exception {
        Connections connections = connections(30_000);
        TableConnection idle = connections.with(connection -> connection);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        hold(connections, 2, inUse, letGo);
        HostLoader host = new HostLoader();

        Future<Boolean> handOver = threads.submit(() -> {
            connections.hostDriverLoadedBy(host);
            return inUse.stream().allMatch(ConnectionsTest::isClosed);
        });
        while (!connections.hostHasADriver()) {
            Thread.onSpinWait();
        }
        assertThat(handOver.isDone()).isFalse();
        assertThat(host.asked).isEmpty();
        letGo.countDown();

        assertThat(handOver.get()).isTrue();
        assertClosed(idle);
        TableConnection afterwards = connections.with(connection -> connection);
        assertThat(host.asked).contains("org.sqlite.JDBC");
        assertThat(inUse).doesNotContain(afterwards);
    }

    @Test
    void whoAsksDuringTheHandOverWaitsAndIsServedByTheHostsDriver() throws Exception {
        Connections connections = connections(30_000);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        hold(connections, 1, inUse, letGo);
        HostLoader host = new HostLoader();
        Future<?> handOver = threads.submit(() -> connections.hostDriverLoadedBy(host));
        while (!connections.hostHasADriver()) {
            Thread.onSpinWait();
        }

        Future<TableConnection> late = threads.submit(() -> connections.with(connection -> connection));
        assertThat(late.isDone()).isFalse();
        letGo.countDown();

        handOver.get();
        assertThat(inUse).doesNotContain(late.get());
        assertThat(host.asked).contains("org.sqlite.JDBC");
    }

    @Test
    void aSecondDriverOfTheHostChangesNothing() throws StoreException {
        Connections connections = connections(1_000);
        HostLoader first = new HostLoader();
        HostLoader second = new HostLoader();
        connections.hostDriverLoadedBy(first);
        TableConnection connection = connections.with(opened -> opened);

        connections.hostDriverLoadedBy(second);
        connections.hostDriverLoadedBy(first);

        assertThat(connections.<TableConnection>with(again -> again)).isSameAs(connection);
        assertThat(second.asked).isEmpty();
    }

    @Test
    void aHostWhoseDriverCannotBeUsedIsLeftAloneAndNeverServedByTheBundledOne() {
        Connections connections = connections(0);
        connections.hostDriverLoadedBy(new ClassLoader(ClassLoader.getPlatformClassLoader()) {});

        assertKind(Kind.FAILED, () -> connections.with(connection -> connection));
    }

    @Test
    void onceClosedForGoodNothingIsOpenedAnyMore() throws Exception {
        Connections connections = connections(1_000);
        TableConnection idle = connections.with(connection -> connection);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        List<Future<Boolean>> holders = hold(connections, 1, inUse, letGo);

        connections.closeForGood();
        letGo.countDown();
        holders.get(0).get();

        assertClosed(idle);
        assertThat(inUse).allMatch(ConnectionsTest::isClosed);
        assertKind(Kind.ABSENT, () -> connections.with(connection -> connection));
    }

    @Test
    void whoIsInterruptedWhileWaitingStaysInterrupted() throws Exception {
        Connections connections = connections(30_000);
        CountDownLatch letGo = new CountDownLatch(1);
        hold(connections, 4, ConcurrentHashMap.newKeySet(), letGo);

        Future<Boolean> waiting = threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertKind(Kind.BUSY, () -> connections.with(connection -> connection));
            return Thread.currentThread().isInterrupted();
        });

        assertThat(waiting.get()).isTrue();
        letGo.countDown();
    }

    /** So many threads that hold a connection each until they are let go; returns when all of them do. */
    private List<Future<Boolean>> hold(
            Connections connections, int number, Set<TableConnection> held, CountDownLatch letGo) throws Exception {
        CountDownLatch holding = new CountDownLatch(number);
        List<Future<Boolean>> holders = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Callable<Boolean> holder = () -> connections.with(connection -> {
                held.add(connection);
                holding.countDown();
                return await(letGo);
            });
            holders.add(threads.submit(holder));
        }
        assertThat(await(holding)).isTrue();
        return holders;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Connections connections(long busyTimeoutMillis) {
        return new Connections(SqliteUrl.parse(database.url()).withoutCreating(), busyTimeoutMillis);
    }

    private static void assertClosed(TableConnection connection) {
        assertThat(isClosed(connection)).isTrue();
    }

    private static boolean isClosed(TableConnection connection) {
        try {
            connection.prepare("SELECT " + System.nanoTime()).close();
            return false;
        } catch (SQLException closed) {
            return true;
        }
    }

    private static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    /** Stands for the host's: it has the same driver, and tells what it was asked for. */
    private static final class HostLoader extends ClassLoader {
        final Set<String> asked = ConcurrentHashMap.newKeySet();

        HostLoader() {
            super(ConnectionsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            asked.add(name);
            return super.loadClass(name, resolve);
        }
    }
}
