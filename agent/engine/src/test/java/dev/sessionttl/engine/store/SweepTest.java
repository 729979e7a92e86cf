package dev.sessionttl.engine.store;

import static dev.sessionttl.engine.fixture.HostDatabase.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
    private static final Sweep.Pace UNHURRIED = new Sweep.Pace(500, 60_000, 0, 0);

    private final TimeZone systemZone = TimeZone.getDefault();
    private final SettableClock clock = new SettableClock();
    private final long stale = clock.ago(Duration.ofHours(25));
    private final long fresh = clock.ago(Duration.ofHours(1));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> told = new ArrayList<>();
    private final Set<String> inUse = new HashSet<>();

    @TempDir
    private Path directory;

    /** Text without a zone is read by the later of UTC and this one. */
    @BeforeEach
    void inUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    @AfterEach
    void stop() {
        TimeZone.setDefault(systemZone);
        timer.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 0", "1, 1"})
    void aRowExactlyAtTheMaxAgeIsNotSwept(long olderByMillis, int dropped) throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "s", clock.ago(Duration.ofHours(24)) - olderByMillis);

            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(dropped, true));
            assertThat(database.sessionIds()).hasSize(1 - dropped);
        }
    }

    @Test
    void eachRowOfATableOfMixedUnitsIsJudgedByItsOwn() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            putInEveryUnit(database, "stale", stale);
            putInEveryUnit(database, "fresh", fresh);
            putUnreadable(database);

            Sweep.Result result = sweep(database.table()).run(UNHURRIED);

            assertThat(result).isEqualTo(new Sweep.Result(8, true));
            assertThat(database.sessionIds()).noneMatch(id -> id.startsWith("stale"));
            assertThat(database.sessionIds())
                    .filteredOn(id -> id.startsWith("fresh"))
                    .hasSize(8);
            assertThat(database.sessionIds())
                    .filteredOn(id -> id.startsWith("unreadable"))
                    .hasSize(8);
        }
    }

    /** What SQLite makes of a value depends on the column's type; the sweep must find it all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"INTEGER", "TEXT", "REAL", "NUMERIC", "DATETIME", "BLOB", "TIMESTAMP WITH TIME ZONE", ""})
    void staleRowsAreFoundWhateverTheColumnsType(String columnType) throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at " + columnType + ")",
                "CREATE INDEX by_age ON agent_sessions (last_used_at)")) {
            putInEveryUnit(database, "stale", stale);
            putInEveryUnit(database, "fresh", fresh);
            putUnreadable(database);

            sweep(database.table()).run(UNHURRIED);

            assertThat(database.sessionIds()).noneMatch(id -> id.startsWith("stale"));
            assertThat(database.sessionIds())
                    .filteredOn(id -> id.startsWith("fresh"))
                    .hasSize(8);
        }
    }

    @Test
    void timestampsEastAndWestOfUtcAreSweptByTheirMomentAndNotByTheirText() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put(
                    "a",
                    "stale-east",
                    Instant.ofEpochMilli(stale).atOffset(ZoneOffset.ofHours(14)).toString());
            database.put(
                    "b",
                    "fresh-west",
                    Instant.ofEpochMilli(fresh)
                            .atOffset(ZoneOffset.ofHours(-12))
                            .toString());

            sweep(database.table()).run(UNHURRIED);

            assertThat(database.sessionIds()).containsExactly("fresh-west");
        }
    }

    @Test
    void maxAgeZeroSweepsNothing() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "s", stale);

            Sweep sweep = new Sweep(database.table(), new MaxSessionAge(0, clock), timer, inUse::contains, row -> {});

            assertThat(sweep.run(UNHURRIED)).isEqualTo(new Sweep.Result(0, true));
            assertThat(database.sessionIds()).containsExactly("s");
        }
    }

    @Test
    void everyDroppedRowIsToldOnceItIsGoneAChunkATransaction() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(25, row -> stale);
            List<Integer> leftWhenTold = new ArrayList<>();

            sweep(
                            database.table(),
                            row -> leftWhenTold.add(database.sessionIds().size()))
                    .run(new Sweep.Pace(10, 60_000, 0, 0));

            assertThat(leftWhenTold).hasSize(25);
            assertThat(leftWhenTold.subList(0, 10)).containsOnly(15);
            assertThat(leftWhenTold.subList(10, 20)).containsOnly(5);
            assertThat(leftWhenTold.subList(20, 25)).containsOnly(0);
        }
    }

    @Test
    void aSweepWhoseBudgetIsSpentStopsAndTheRestIsIntact() throws Exception {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(30, row -> stale);
            // The first chunk takes all the time there is.
            Consumer<SessionRow> slow = row -> waitUntilNanos(System.nanoTime() + 60_000_000);

            Sweep.Result result = sweep(database.table(), slow).run(new Sweep.Pace(10, 60_000, 0, 500));

            assertThat(result).isEqualTo(new Sweep.Result(10, false));
            assertThat(database.sessionIds()).hasSize(20);

            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(20, true));
        }
    }

    /** Uninterrupted, it would take half an hour. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aPageThatTakesLongerThanTheBudgetIsInterrupted() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                // A column that takes its time, row by row.
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT,"
                        + " last_used_at AS (length(hex(zeroblob(10000000))) + agent_id * 0))",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
                        + " INSERT INTO agent_sessions SELECT i, 's' || i FROM n")) {
            assertThat(sweep(database.table()).run(new Sweep.Pace(10, 3_600_000, 0, 200)))
                    .isEqualTo(new Sweep.Result(0, false));
        }
    }

    @Test
    void aTransactionEndsWhenItsTimeIsUp() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(4, row -> stale);
            database.execute("CREATE TRIGGER slow BEFORE DELETE ON agent_sessions"
                    + " BEGIN SELECT length(hex(zeroblob(10000000))); END");
            List<Integer> leftWhenTold = new ArrayList<>();

            sweep(
                            database.table(),
                            row -> leftWhenTold.add(database.sessionIds().size()))
                    .run(new Sweep.Pace(500, 1, 0, 0));

            assertThat(leftWhenTold).containsExactly(3, 2, 1, 0);
        }
    }

    @Test
    void aDeletionThatTakesLongerThanTheBudgetIsInterruptedAndNothingIsLost() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(1_000, row -> stale);
            // A thousand million rows.
            database.execute("CREATE TRIGGER slow BEFORE DELETE ON agent_sessions WHEN old.agent_id = 'agent-9'"
                    + " BEGIN SELECT count(*) FROM agent_sessions a, agent_sessions b, agent_sessions c; END");
            JdbcTable table = database.table();

            Sweep.Result result = sweep(table).run(new Sweep.Pace(500, 60_000, 0, 300));

            assertThat(result).isEqualTo(new Sweep.Result(0, false));
            assertThat(told).isEmpty();
            assertThat(database.sessionIds()).hasSize(1_000);

            database.execute("DROP TRIGGER slow");
            assertThat(sweep(table).run(UNHURRIED)).isEqualTo(new Sweep.Result(1_000, true));
        }
    }

    @Test
    void aCountThatTakesLongerThanTheBudgetIsNone() throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT,"
                        + " last_used_at AS (length(hex(zeroblob(10000000))) + agent_id * 0))",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                        + " INSERT INTO agent_sessions SELECT i, 's' || i FROM n")) {
            assertThat(sweep(database.table()).countExpired(200)).isEmpty();
        }
    }

    /** Each deletion would be a scan of the whole table, under the write lock. */
    @Test
    void noIndexOnTheKeyIsNeeded() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            SqliteWalkSql walk = database.table().on(connection -> SqliteWalkSql.of(connection, HostDatabase.DEFAULTS));

            assertThat(database.plan(walk.dropIfUntouched()))
                    .singleElement()
                    .asString()
                    .startsWith("SEARCH")
                    .endsWith("USING INTEGER PRIMARY KEY (rowid=?)");
        }
    }

    static Stream<String> tablesOfOddShapes() {
        return Stream.of(
                "(agent_id TEXT, session_id TEXT, last_used_at INTEGER, PRIMARY KEY (agent_id)) WITHOUT ROWID",
                "(agent_id TEXT, session_id TEXT, last_used_at REAL, PRIMARY KEY (last_used_at DESC, agent_id)) WITHOUT"
                        + " ROWID",
                "(agent_id TEXT, session_id TEXT, last_used_at, PRIMARY KEY (session_id, agent_id)) WITHOUT ROWID",
                "(agent_id TEXT COLLATE NOCASE, session_id TEXT PRIMARY KEY, last_used_at TEXT)",
                "(agent_id TEXT, session_id TEXT, last_used_at INTEGER, rowid TEXT)",
                "(agent_id TEXT, session_id TEXT, last_used_at INTEGER, RowId TEXT, _rowid_ TEXT)",
                "(agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at INTEGER, rowid, _rowid_, oid)",
                "(agent_id TEXT, session_id TEXT, last_used_at INTEGER, oid INTEGER PRIMARY KEY)");
    }

    /** More rows than a window of the walk has, in any order. */
    @ParameterizedTest
    @MethodSource("tablesOfOddShapes")
    void ofATableOfAnyShapeAllAndOnlyTheExpiredRowsAreSwept(String shape) throws StoreException {
        for (String index : List.of("SELECT 1", "CREATE INDEX by_age ON agent_sessions (last_used_at)")) {
            try (HostDatabase database = HostDatabase.with(
                    directory, "DROP TABLE IF EXISTS agent_sessions", "CREATE TABLE agent_sessions " + shape, index)) {
                database.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)"
                        + " INSERT INTO agent_sessions (agent_id, session_id, last_used_at)"
                        + " SELECT 'agent-' || (i * 7919 % 8009), 's' || i,"
                        + " CASE WHEN i % 2 THEN " + stale + " - i % 3 ELSE " + fresh + " END FROM n");

                assertThat(sweep(database.table()).countExpired(0)).hasValue(4_000);
                assertThat(sweep(database.table()).run(new Sweep.Pace(100, 60_000, 0, 0)))
                        .isEqualTo(new Sweep.Result(4_000, true));
                assertThat(database.count("SELECT count(*) FROM agent_sessions WHERE last_used_at + 0 = " + fresh))
                        .isEqualTo(4_000);
                assertThat(database.count("SELECT count(*) FROM agent_sessions"))
                        .isEqualTo(4_000);
            }
        }
    }

    @Test
    void aTableWhoseRowsNothingTellsApartIsRefused() {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at, rowid, _rowid_, oid)")) {
            assertThatThrownBy(() -> sweep(database.table()).run(UNHURRIED))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.REFUSED));
        }
    }

    @Test
    void aPacedSweepGoesOnWhereItWasWhenALockIsLetGo() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(20, row -> stale);
            Consumer<SessionRow> locking = row -> {
                if (told.isEmpty()) {
                    database.holdTheWriteLock();
                    // Longer than the busy timeout.
                    ScheduledFuture<?> unused = timer.schedule(database::letGoOfTheLock, 150, TimeUnit.MILLISECONDS);
                }
                told.add(row.sessionId());
            };

            assertThat(sweep(database.table(), locking).run(new Sweep.Pace(5, 60_000, 1, 0)))
                    .isEqualTo(new Sweep.Result(20, true));
        }
    }

    /** With every chunk the log would grow, and with it the work of every read of the host's. */
    @Test
    void aPacedSweepStopsWhileAReaderKeepsTheLogFromBeingEmptied() throws Exception {
        try (HostDatabase database =
                        HostDatabase.with(directory, "PRAGMA page_size = 512", "PRAGMA journal_mode = WAL");
                Connection other = DriverManager.getConnection(database.url());
                Statement reading = other.createStatement()) {
            database.execute("CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at)");
            database.putAll(1_000, row -> stale);
            ResultSet open = reading.executeQuery("SELECT agent_id FROM agent_sessions");
            open.next();
            database.execute("CREATE TABLE much AS SELECT zeroblob(7000000)");
            JdbcTable table = database.table();

            assertThatThrownBy(() -> sweep(table).run(new Sweep.Pace(10, 1, 1, 0)))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.BUSY))
                    .hasMessageContaining("write-ahead log");
            int before = told.size();
            assertThat(before).as("no more than makes the log longer").isBetween(1, 999);

            open.close();
            assertThat(sweep(table).run(new Sweep.Pace(10, 1, 1, 0))).isEqualTo(new Sweep.Result(1_000 - before, true));
            try (ResultSet log = reading.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
                assertThat(log.getInt(2)).as("pages since the log began anew").isBetween(0, 2_000);
            }
        }
    }

    @Test
    void unreadableAndNullRowsInBetweenNeverStopIt() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(90, row -> switch (row % 3) {
                case 0 -> stale;
                case 1 -> "1yesterday";
                default -> fresh;
            });

            assertThat(sweep(database.table()).run(new Sweep.Pace(7, 60_000, 0, 0)))
                    .isEqualTo(new Sweep.Result(30, true));
            assertThat(database.sessionIds()).hasSize(60);
        }
    }

    /** More than a page of rows that look like candidates and are not, before and among those that are. */
    @Test
    void moreRowsThanAPageWithSkippedOnesAmongThemAreAllSwept() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(26_000, row -> row < 11_000 || row % 5 == 0 ? "1unreadable" : (Object) stale);

            assertThat(sweep(database.table()).run(new Sweep.Pace(2_000, 60_000, 0, 0)))
                    .isEqualTo(new Sweep.Result(12_000, true));
            assertThat(database.count("SELECT count(*) FROM agent_sessions WHERE last_used_at != '1unreadable'"))
                    .isZero();
            assertThat(database.count("SELECT count(*) FROM agent_sessions")).isEqualTo(14_000);
        }
    }

    @Test
    void clearSessionIdClearsThemAllAndKeepsTheRows() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(12_000, row -> row % 2 == 0 ? stale : fresh);
            JdbcTable table = database.table(store(ExpireAction.CLEAR_SESSION_ID, TimestampFormat.AUTO));

            assertThat(sweep(table).run(new Sweep.Pace(2_000, 60_000, 0, 0))).isEqualTo(new Sweep.Result(6_000, true));
            assertThat(database.count("SELECT count(*) FROM agent_sessions WHERE session_id IS NULL"))
                    .isEqualTo(6_000);
            assertThat(database.count("SELECT count(*) FROM agent_sessions")).isEqualTo(12_000);
        }
    }

    @Test
    void aRowThatTheHostTouchesInTheMiddleOfTheSweepSurvives() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(20, row -> stale);

            sweep(database.table(), row -> {
                        if (told.isEmpty()) {
                            database.execute(
                                    "UPDATE agent_sessions SET last_used_at = ? WHERE agent_id = 'agent-19'", fresh);
                        }
                        told.add(row.sessionId());
                    })
                    .run(new Sweep.Pace(5, 60_000, 0, 0));

            assertThat(told).hasSize(19).doesNotContain("session-19");
            assertThat(database.sessionIds()).containsExactly("session-19");
        }
    }

    @Test
    void aRowWhoseDeletionFailsStaysAndKeepsNoOther() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(300, row -> stale);
            database.execute("CREATE TRIGGER fail BEFORE DELETE ON agent_sessions WHEN old.agent_id LIKE 'agent-%7'"
                    + " BEGIN SELECT json('no JSON'); END");

            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(270, true));
            assertThat(told).hasSize(270).doesNotHaveDuplicates();
            assertThat(database.sessionIds()).hasSize(30).allMatch(id -> id.endsWith("7"));
        }
    }

    @Test
    void whereNoRowCanGoTheSweepComesToItsEndAllTheSame() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(100, row -> stale);
            database.execute("CREATE TRIGGER fail BEFORE DELETE ON agent_sessions BEGIN SELECT json('no JSON'); END");

            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(0, true));
            assertThat(told).isEmpty();
            assertThat(database.sessionIds()).hasSize(100);
        }
    }

    /** A run that takes hours must not come back to find its row gone. */
    @Test
    void aSessionThatIsBeingResumedIsNotSweptHoweverOld() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(3, row -> stale);
            inUse.add("session-1");

            assertThat(sweep(database.table()).countExpired(0)).hasValue(2);
            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(2, true));
            assertThat(database.sessionIds()).containsExactly("session-1");

            inUse.clear();
            assertThat(sweep(database.table()).run(UNHURRIED)).isEqualTo(new Sweep.Result(1, true));
        }
    }

    @Test
    void countingTheExpiredDropsNoneAndReadsMoreThanAPage() throws StoreException {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(12_000, row -> row % 2 == 0 ? stale : fresh);

            assertThat(sweep(database.table()).countExpired(0)).hasValue(6_000);
            assertThat(database.count("SELECT count(*) FROM agent_sessions")).isEqualTo(12_000);
        }
    }

    @Test
    void aLockedDatabaseIsBusyAndLosesNothing() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "s", stale);
            database.holdTheWriteLock();

            assertThatThrownBy(() -> sweep(database.table()).run(UNHURRIED))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(Kind.BUSY));
            database.letGoOfTheLock();
            assertThat(told).isEmpty();
            assertThat(database.sessionIds()).containsExactly("s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEGER", "TEXT", "REAL", ""})
    void anIndexOnTheLastUsedColumnServesEveryStatementOfTheSweep(String columnType) throws StoreException {
        StoreConfig store = HostDatabase.DEFAULTS;
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at " + columnType + ")",
                "CREATE INDEX by_age ON agent_sessions (last_used_at)")) {
            SqliteWalkSql walk = database.table().on(connection -> SqliteWalkSql.of(connection, store));

            List<String> plan = Stream.of(walk.first(), walk.window(), walk.page(), walk.lastPage())
                    .flatMap(sql -> database.plan(sql).stream())
                    .toList();

            assertThat(walk.isByAge()).isTrue();
            assertThat(plan).noneMatch(step -> step.startsWith("SCAN"));
            assertThat(plan).hasSize(4).allMatch(step -> step.contains("INDEX by_age"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTEGER", "NUMERIC", "REAL", "TEXT", ""})
    void rowsThatAreFreshByTheirNumberAreNotEvenLookedAt(String columnType) throws StoreException {
        try (HostDatabase database = HostDatabase.with(
                directory,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at " + columnType + ")")) {
            boolean isText = columnType.equals("TEXT");
            database.putAll(10, row -> row == 0 ? stale : fresh);
            JdbcTable table = database.table();

            Walk walk = table.walk(clock.ago(Duration.ofHours(24)), new Walk.Page(100, Long.MAX_VALUE));
            List<Candidate> page = table.on(connection -> walk.next(connection));

            assertThat(page).hasSize(isText ? 10 : 1);
        }
    }

    private void putInEveryUnit(HostDatabase database, String name, long millis) {
        String iso = Instant.ofEpochMilli(millis).toString();
        database.put("a", name + "-seconds", millis / 1_000);
        database.put("a", name + "-millis", millis);
        database.put("a", name + "-micros", millis * 1_000);
        database.put("a", name + "-real", millis / 1_000.0);
        database.put("a", name + "-iso", iso);
        database.put("a", name + "-sql", iso.substring(0, 19).replace('T', ' '));
        database.put(
                "a",
                name + "-offset",
                Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofHours(9)).toString());
        database.put("a", name + "-text-millis", String.valueOf(millis));
    }

    private static void putUnreadable(HostDatabase database) {
        List<Object> values =
                List.of(0, -1, 20_200_101, "", "yesterday", "2020-01-01", "12:00", 1_600_000_000_000_000_000L);
        for (int i = 0; i < values.size(); i++) {
            database.put("a", "unreadable-" + i, values.get(i));
        }
        database.put("a", "null", null);
    }

    private Sweep sweep(JdbcTable table) {
        return sweep(table, row -> told.add(row.sessionId()));
    }

    private Sweep sweep(JdbcTable table, Consumer<SessionRow> onDropped) {
        return new Sweep(
                table, new MaxSessionAge(Duration.ofHours(24).toMillis(), clock), timer, inUse::contains, onDropped);
    }

    private static void waitUntilNanos(long nanos) {
        while (System.nanoTime() < nanos) {
            Thread.onSpinWait();
        }
    }
}
