package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many orchestrators on one table of PostgreSQL's, each with an agent that sweeps it, all at once. */
class PostgresFleetTest {
    private static final int SWEEPERS = 8;
    private static final long NOW = 1_772_366_400_000L;
    private static final MaxSessionAge ONE_DAY =
            new MaxSessionAge(86_400_000, InstantSource.fixed(Instant.ofEpochMilli(NOW)));
    private static final long STALE = NOW - 90_000_000;
    private static final long LIVE = NOW - 3_600_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "BIGINT; x; true; 0; 100000",
                "BIGINT; x; false; 20; 10000",
                "TIMESTAMPTZ; to_timestamp(x / 1000.0); true; 0; 10000",
                "TEXT; to_json(to_timestamp(x / 1000) AT TIME ZONE 'UTC') #>> '{}'; false; 0; 10000",
            })
    void everyStaleRowIsDroppedOnceAndTheHostsTouchesAreKept(
            String type, String value, boolean indexed, long pause, int staleRows) throws Exception {
        try (SomeDatabase database = DatabaseKind.POSTGRESQL.create(directory).withSessions(type)) {
            database.execute("INSERT INTO agent_sessions SELECT 'agent-' || i, 'session-' || i, "
                    + value + " FROM (SELECT i, CASE WHEN i % 2 = 0 THEN " + STALE + " ELSE " + LIVE
                    + " END AS x FROM generate_series(0, " + (2 * staleRows - 1) + ") AS i) AS rows");
            if (indexed) {
                database.execute("CREATE INDEX by_last_use ON agent_sessions (last_used_at)");
            }
            database.execute("ANALYZE agent_sessions");

            ExecutorService threads = Executors.newCachedThreadPool();
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
            Set<String> told = ConcurrentHashMap.newKeySet();
            AtomicInteger toldTwice = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            Future<Touches> touches = threads.submit(() -> touch(database, 2 * staleRows, over));
            List<Callable<Integer>> sweepers = new ArrayList<>();
            for (int i = 0; i < SWEEPERS; i++) {
                JdbcTable table = database.table();
                Sweep sweep = new Sweep(table, ONE_DAY, timer, id -> false, row -> count(row, told, toldTwice));
                sweepers.add(
                        () -> sweep.run(new Sweep.Pace(500, 1_000, pause, 0)).dropped());
            }
            long began = System.nanoTime();
            List<Integer> dropped = new ArrayList<>();
            for (Future<Integer> one : threads.invokeAll(sweepers)) {
                dropped.add(one.get());
            }
            long millis = (System.nanoTime() - began) / 1_000_000;
            over.set(true);
            Touches made = touches.get();
            threads.shutdown();
            timer.shutdownNow();

            System.err.printf(
                    "%s%s, pause %d ms: %d sweepers dropped %s in %d ms; %d touches took %.1f ms, 99 %% of them under %.1f"
                            + " ms, the longest %.1f ms%n",
                    type,
                    indexed ? " indexed" : "",
                    pause,
                    SWEEPERS,
                    dropped,
                    millis,
                    made.nanos.size(),
                    made.millis(0.5),
                    made.millis(0.99),
                    made.millis(1));
            assertThat(toldTwice).hasValue(0);
            assertThat(dropped.stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(told.size())
                    .isEqualTo(staleRows - made.saved.size());
            assertThat(told).doesNotContainAnyElementsOf(made.saved);
            assertThat(database.column("SELECT count(*) FROM agent_sessions"))
                    .containsExactly(String.valueOf(staleRows + made.saved.size()));
        }
    }

    private static void count(SessionRow row, Set<String> told, AtomicInteger toldTwice) {
        if (!told.add(row.sessionId())) {
            toldTwice.incrementAndGet();
        }
    }

    /**
     * @param nanos how long each took, sorted
     * @param saved ids of stale rows that the host touched before a sweeper came to them
     */
    private record Touches(List<Long> nanos, List<String> saved) {
        double millis(double share) {
            return nanos.isEmpty() ? 0 : nanos.get((int) (share * (nanos.size() - 1))) / 1e6;
        }
    }

    /** The host uses sessions, live ones and stale ones by turns. */
    private static Touches touch(SomeDatabase database, int rows, AtomicBoolean over) throws SQLException {
        List<String> saved = new ArrayList<>();
        List<Long> nanos = new ArrayList<>();
        try (Connection host = database.kind.connect(database.url);
                PreparedStatement touch = host.prepareStatement(
                        "UPDATE agent_sessions SET last_used_at = (SELECT last_used_at FROM agent_sessions WHERE"
                                + " agent_id = 'agent-1') WHERE agent_id = ?")) {
            for (int i = rows - 1; !over.get() && i > 1; i -= 37) {
                touch.setString(1, "agent-" + i);
                long began = System.nanoTime();
                int touched = touch.executeUpdate();
                nanos.add(System.nanoTime() - began);
                if (touched == 1 && i % 2 == 0) {
                    saved.add("session-" + i);
                }
            }
        }
        Collections.sort(nanos);
        return new Touches(nanos, saved);
    }
}
