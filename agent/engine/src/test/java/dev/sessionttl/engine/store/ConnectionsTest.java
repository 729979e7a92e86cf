package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.HostLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectionsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Drivers drivers = new Drivers(false);
    private final HostConnections host = new HostConnections(false);
    private HostDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
        // The host of these tests has the file open through the tests' own driver.
        drivers.use(HostDatabase.class.getClassLoader());
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void aConnectionIsUsedAgain() throws StoreException {
        Connections connections = connections();

        TableConnection first = connections.with(Caller.HOST, connection -> connection);

        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isSameAs(first);
    }

    @Test
    void noMoreThanEightAreOpenAndANinthWaitsNoLongerThanItMay() throws Exception {
        Connections connections = connections();
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> open = ConcurrentHashMap.newKeySet();
        List<Future<Boolean>> holders = hold(connections, 8, open, letGo);

        long before = System.nanoTime();
        assertKind(Kind.BUSY, () -> connections.with(Caller.HOST, connection -> connection));
        assertThat(System.nanoTime() - before).isBetween(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(30));

        letGo.countDown();
        for (Future<Boolean> holder : holders) {
            holder.get();
        }
        assertThat(open).hasSize(8);
        assertThat(open).contains(connections.<TableConnection>with(Caller.HOST, connection -> connection));
    }

    @Test
    void aNinthGetsTheConnectionThatIsGivenBackWhileItWaits() throws Exception {
        Connections connections = connections();
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> open = ConcurrentHashMap.newKeySet();
        hold(connections, 8, open, letGo);

        Future<TableConnection> ninth = threads.submit(() -> connections.with(Caller.HOST, connection -> connection));
        letGo.countDown();

        assertThat(open).contains(ninth.get());
    }

    @Test
    void aConnectionOnWhichSomethingFailedIsNotUsedAgain() throws StoreException {
        Connections connections = connections();
        List<TableConnection> seen = new ArrayList<>();

        assertKind(
                Kind.FAILED,
                () -> connections.with(Caller.HOST, connection -> {
                    seen.add(connection);
                    return connection.prepare("no SQL at all");
                }));
        assertThatThrownBy(() -> connections.with(Caller.HOST, connection -> {
                    seen.add(connection);
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        seen.add(connections.with(Caller.HOST, connection -> connection));

        assertThat(seen).doesNotHaveDuplicates().hasSize(3);
        assertClosed(seen.get(0));
        assertClosed(seen.get(1));
    }

    @Test
    void aConnectionThatFoundNoSuchTableIsAsGoodAsBefore() throws StoreException {
        Connections connections = connections();
        TableConnection first = connections.with(Caller.HOST, connection -> connection);

        assertKind(
                Kind.ABSENT,
                () -> connections.with(Caller.HOST, connection -> connection.prepare("SELECT * FROM nowhere")));

        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isSameAs(first);
    }

    @Test
    void aBusyConnectionIsAsGoodAsBefore() throws StoreException {
        Connections connections = connections();
        TableConnection first = connections.with(Caller.HOST, connection -> connection);
        database.holdTheWriteLock();

        assertKind(
                Kind.BUSY,
                () -> connections.with(
                        Caller.HOST,
                        connection ->
                                connection.prepare("DELETE FROM agent_sessions").executeUpdate()));
        database.letGoOfTheLock();

        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isSameAs(first);
    }

    @Test
    void whatFailsToOpenTakesNoPlace(@TempDir Path elsewhere) {
        Connections connections =
                connections(dialect("jdbc:sqlite:" + elsewhere.resolve("none.db"), new Drivers(false)));

        for (int i = 0; i < 10; i++) {
            assertKind(Kind.ABSENT, () -> connections.with(Caller.HOST, connection -> connection));
        }
    }

    @Test
    void idleConnectionsAreClosedOnceTheyHaveBeenIdleForSoLong() throws Exception {
        Connections connections = connections();
        TableConnection first = connections.with(Caller.HOST, connection -> connection);

        connections.closeIdle(TimeUnit.HOURS.toNanos(1));
        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isSameAs(first);
        connections.closeIdle(0);

        assertClosed(first);
        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isNotSameAs(first);
    }

    @Test
    void onceLetGoTheIdleAreClosedAndThoseInUseAsSoonAsTheyAreGivenBack() throws Exception {
        Connections connections = connections();
        TableConnection idle = connections.with(Caller.HOST, connection -> connection);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        // The first takes the one that is idle.
        List<Future<Boolean>> holders = hold(connections, 1, inUse, letGo);
        TableConnection other = connections.with(Caller.HOST, connection -> connection);

        connections.letGo();
        assertClosed(other);
        assertThat(isClosed(idle)).as("while it is in use").isFalse();
        letGo.countDown();
        holders.get(0).get();

        assertClosed(idle);
        TableConnection afterwards = connections.with(Caller.HOST, connection -> connection);
        assertThat(connections.<TableConnection>with(Caller.HOST, connection -> connection))
                .isSameAs(afterwards);
    }

    /** Law 1: two copies of SQLite must never have the file open together. */
    @Test
    void theHandOverReturnsOnlyWhenEveryBundledConnectionIsClosed() throws Exception {
        database.close();
        Drivers bundled = new Drivers(false);
        Connections connections = connections(dialect(database.url(), bundled));
        TableConnection idle = connections.with(Caller.HOST, connection -> connection);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        hold(connections, 2, inUse, letGo);
        HostLoader host = new HostLoader();

        Future<Boolean> handOver = threads.submit(() -> {
            connections.handOver(() -> bundled.use(host));
            return inUse.stream().allMatch(ConnectionsTest::isClosed);
        });
        while (!bundled.hostHasOne()) {
            Thread.onSpinWait();
        }
        assertThat(handOver.isDone()).isFalse();
        assertThat(host.asked()).isEmpty();
        letGo.countDown();

        assertThat(handOver.get()).isTrue();
        assertClosed(idle);
        TableConnection afterwards = connections.with(Caller.HOST, connection -> connection);
        assertThat(host.asked()).contains("org.sqlite.JDBC");
        assertThat(inUse).doesNotContain(afterwards);
    }

    @Test
    void whoAsksDuringTheHandOverWaitsAndIsServedByTheHostsDriver() throws Exception {
        database.close();
        Drivers bundled = new Drivers(false);
        Connections connections = connections(dialect(database.url(), bundled));
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        hold(connections, 1, inUse, letGo);
        HostLoader host = new HostLoader();
        Future<?> handOver = threads.submit(() -> connections.handOver(() -> bundled.use(host)));
        while (!bundled.hostHasOne()) {
            Thread.onSpinWait();
        }

        Future<TableConnection> late = threads.submit(() -> connections.with(Caller.HOST, connection -> connection));
        assertThat(late.isDone()).isFalse();
        letGo.countDown();

        handOver.get();
        assertThat(inUse).doesNotContain(late.get());
        assertThat(host.asked()).contains("org.sqlite.JDBC");
    }

    /** Law 1: what the host has open through a library that we cannot share is left alone. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theBundledDriverKeepsOutOfAFileThatTheProcessHasOpenAlready() {
        Connections connections = connections(dialect(database.url(), new Drivers(false)));

        assertKind(Kind.FAILED, () -> connections.with(Caller.HOST, connection -> connection));

        database.close();
        assertThatCode(() -> connections.with(Caller.HOST, connection -> connection))
                .doesNotThrowAnyException();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void itsOwnConnectionsDoNotKeepTheBundledDriverOut() throws Exception {
        database.close();
        Connections connections = connections(dialect(database.url(), new Drivers(false)));
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> open = ConcurrentHashMap.newKeySet();

        hold(connections, 3, open, letGo);

        assertThat(open).hasSize(3);
        letGo.countDown();
    }

    /** As a host does that restores a backup. */
    @Test
    void aFileThatIsReplacedUnderItsNameIsOpenedAnew(@TempDir Path elsewhere) throws Exception {
        Connections connections = connections();
        TableConnection old = connections.with(Caller.HOST, connection -> connection);
        assertThat(old.isOutdated(dialect(database.url(), drivers), 0)).isFalse();
        try (HostDatabase restored = HostDatabase.in(elsewhere)) {
            restored.put("agent-1", "restored", 1);
            database.close();
            Files.move(restored.file(), database.file(), StandardCopyOption.REPLACE_EXISTING);
        }

        assertThat(old.isOutdated(dialect(database.url(), drivers), 0)).isTrue();
        assertThat(anySession(connections)).isEqualTo("restored");
        assertClosed(old);
    }

    /** What it has open it reads, wherever the name leads; it comes to another file only by opening that. */
    @ParameterizedTest
    @ValueSource(strings = {"the host opens it anew", "the host closes its last", "half a second has passed"})
    void theFileThatTheHostHasOpenIsReadUntil(String event, @TempDir Path elsewhere) throws Exception {
        Object kept = new Object();
        host.opened(kept);
        database.put("agent-1", "old", 1);
        Connections connections = connections();
        assertThat(anySession(connections)).isEqualTo("old");
        assertThat(anySession(connections)).as("looks where the name leads").isEqualTo("old");
        try (HostDatabase restored = HostDatabase.in(elsewhere)) {
            restored.put("agent-1", "restored", 1);
            Files.move(restored.file(), database.file(), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(anySession(connections)).isEqualTo("old");

        switch (event) {
            case "the host opens it anew" -> host.opened(new Object());
            case "the host closes its last" -> assertThat(host.isLast(kept)).isTrue();
            default -> connections.closeIdle(TimeUnit.HOURS.toNanos(1));
        }

        assertThat(anySession(connections)).isEqualTo("restored");
    }

    private static String anySession(Connections connections) throws StoreException {
        return connections.with(Caller.HOST, connection -> {
            try (ResultSet row =
                    connection.prepare("SELECT session_id FROM agent_sessions").executeQuery()) {
                return row.getString(1);
            }
        });
    }

    /** Law 2, and a deleted file's rows are nobody's sessions. */
    @Test
    void aFileThatIsDeletedIsAbsentAndNotReadOn() throws Exception {
        Connections connections = connections();
        TableConnection old = connections.with(Caller.HOST, connection -> connection);
        database.close();
        Files.delete(database.file());

        assertKind(Kind.ABSENT, () -> connections.with(Caller.HOST, connection -> connection));

        assertClosed(old);
        assertThat(database.file()).doesNotExist();
    }

    @Test
    void aDatabaseThatKeepsFailingIsNotAskedAnyMore() throws StoreException {
        Connections connections = connections();
        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            assertKind(
                    Kind.FAILED,
                    () -> connections.with(Caller.HOST, connection -> connection.prepare("no SQL at all")));
        }

        assertKind(
                Kind.BUSY,
                () -> connections.with(Caller.HOST, connection -> {
                    throw new AssertionError("it was asked");
                }));
    }

    /** A burst of readers on a locked file: those behind the first eight are not to wait for the lock one after another. */
    @Test
    void whoWaitsForAConnectionWhileTheDatabaseIsFoundBrokenDoesNotTryItToo() throws Exception {
        CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);
        Connections connections = new Connections(dialect(database.url(), drivers), breaker, host);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch holding = new CountDownLatch(8);
        List<Future<?>> holders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            holders.add(threads.submit(() -> assertKind(
                    Kind.FAILED,
                    () -> connections.with(Caller.HOST, connection -> {
                        holding.countDown();
                        await(letGo);
                        throw new StoreException(Kind.FAILED, "as the test wants it");
                    }))));
        }
        await(holding);
        Thread ninth = new Thread(() -> assertKind(
                Kind.BUSY,
                () -> connections.with(Caller.HOST, connection -> {
                    throw new AssertionError("it was tried");
                })));
        List<Throwable> wrong = new ArrayList<>();
        ninth.setUncaughtExceptionHandler((thread, failure) -> wrong.add(failure));
        ninth.start();
        while (ninth.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            breaker.failed(new StoreException(Kind.FAILED, "as the test wants it"));
        }
        letGo.countDown();
        ninth.join();
        for (Future<?> holder : holders) {
            holder.get();
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void aHostWhoseDriverCannotBeUsedIsLeftAloneAndNeverServedByTheBundledOne() {
        Connections connections = connections();
        connections.handOver(() -> drivers.use(new ClassLoader(ClassLoader.getPlatformClassLoader()) {}));

        assertKind(Kind.FAILED, () -> connections.with(Caller.HOST, connection -> connection));
    }

    @Test
    void onceClosedForGoodNothingIsOpenedAnyMore() throws Exception {
        Connections connections = connections();
        TableConnection idle = connections.with(Caller.HOST, connection -> connection);
        CountDownLatch letGo = new CountDownLatch(1);
        Set<TableConnection> inUse = ConcurrentHashMap.newKeySet();
        List<Future<Boolean>> holders = hold(connections, 1, inUse, letGo);

        connections.closeForGood();
        letGo.countDown();
        holders.get(0).get();

        assertClosed(idle);
        assertThat(inUse).allMatch(ConnectionsTest::isClosed);
        assertKind(Kind.ABSENT, () -> connections.with(Caller.HOST, connection -> connection));
    }

    @Test
    void whoIsInterruptedWhileWaitingStaysInterrupted() throws Exception {
        Connections connections = connections();
        CountDownLatch letGo = new CountDownLatch(1);
        hold(connections, 8, ConcurrentHashMap.newKeySet(), letGo);

        Future<Boolean> waiting = threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertKind(Kind.BUSY, () -> connections.with(Caller.HOST, connection -> connection));
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
            Callable<Boolean> holder = () -> connections.with(Caller.HOST, connection -> {
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

    private Connections connections() {
        return connections(dialect(database.url(), drivers));
    }

    private Connections connections(Dialect dialect) {
        return new Connections(dialect, new CircuitBreaker(System::nanoTime), host);
    }

    private static Dialect dialect(String url, Drivers drivers) {
        return new SqliteDialect(
                HostDatabase.DEFAULTS, SqliteUrl.parse(url), drivers, Ages.of(HostDatabase.DEFAULTS, Optional.empty()));
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
}
