package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Last-used values as each database stores and gives them, to the millisecond. */
class StoredTimestampsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final Instant EDGE = NOW.minus(24, ChronoUnit.HOURS);
    private static final MaxSessionAge ONE_DAY = new MaxSessionAge(86_400_000, InstantSource.fixed(NOW));

    private final TimeZone systemZone = TimeZone.getDefault();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

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

    static Stream<Arguments> forms() {
        return Stream.of(DatabaseKind.values())
                .flatMap(kind -> Stream.of(
                        form(kind, "BIGINT", Instant::toEpochMilli),
                        form(kind, "BIGINT", moment -> moment.toEpochMilli() * 1_000),
                        form(kind, "NUMERIC", Instant::toEpochMilli),
                        form(kind, "DOUBLE PRECISION", moment -> moment.toEpochMilli() / 1_000.0),
                        form(kind, "DOUBLE PRECISION", Instant::toEpochMilli),
                        form(kind, "TEXT", Instant::toString),
                        form(
                                kind,
                                "TEXT",
                                moment -> moment.toString().replace('T', ' ').replace("Z", "")),
                        form(kind, "TEXT", Instant::toEpochMilli),
                        form(kind, "TIMESTAMPTZ", Instant::toString),
                        form(kind, "TIMESTAMP", moment -> moment.toString().replace("Z", ""))));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void exactlyAtTheMaxAgeARowStaysAndAMillisecondOlderItGoes(
            DatabaseKind kind, String type, Function<Instant, Object> written) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions(type)) {
            database.put("at the edge", "s1", written.apply(EDGE))
                    .put("younger", "s2", written.apply(EDGE.plusMillis(1)))
                    .put("older", "s3", written.apply(EDGE.minusMillis(1)));
            JdbcTable table = database.table();

            assertThat(table.findByKey(List.of("at the edge")).get(0).lastUsed().epochMillis())
                    .hasValue(EDGE.toEpochMilli());
            assertThat(sweep(table, ONE_DAY)).isEqualTo(new Sweep.Result(1, true));
            assertThat(database.keys()).containsExactly("at the edge", "younger");
        }
    }

    /** PostgreSQL gives it in the session's own zone, which the driver takes from the JVM. */
    @ParameterizedTest
    @ValueSource(strings = {"Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Etc/GMT+12"})
    void aMomentWithAZoneIsTheSameInEveryZone(String zone) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        exactlyAtTheMaxAgeARowStaysAndAMillisecondOlderItGoes(
                DatabaseKind.POSTGRESQL, "TIMESTAMPTZ", Instant::toString);
    }

    /** The whole hour that clocks repeat, a host's clock may write twice: it is the second until it cannot be any more. */
    @ParameterizedTest
    @EnumSource
    void inTheHourThatComesTwiceALocalTimeIsTheLater(DatabaseKind kind) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        Instant second = Instant.parse("2026-11-01T06:30:00Z");
        MaxSessionAge hour = new MaxSessionAge(3_600_000, InstantSource.fixed(second.plusMillis(3_600_000)));
        try (SomeDatabase database = kind.create(directory).withSessions("TIMESTAMP")) {
            database.put("a", "s", "2026-11-01 01:30:00");
            JdbcTable table = database.table();

            assertThat(sweep(table, hour).dropped()).isZero();
            assertThat(sweep(table, new MaxSessionAge(3_599_999, hour.clock())).dropped())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheDatabaseItselfWritesForNowIsNowAndGrowsOld(DatabaseKind kind) throws Exception {
        MaxSessionAge day = new MaxSessionAge(86_400_000, InstantSource.system());
        for (String type : List.of("TIMESTAMP", "TIMESTAMPTZ")) {
            try (SomeDatabase database = kind.create(directory).execute("DROP TABLE IF EXISTS agent_sessions")) {
                database.execute(
                        "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, last_used_at " + type
                                + " DEFAULT CURRENT_TIMESTAMP)",
                        "INSERT INTO agent_sessions (agent_id, session_id) VALUES ('now', 's1'), ('old', 's2')",
                        "UPDATE agent_sessions SET last_used_at = "
                                + (kind.isPostgres()
                                        ? "last_used_at - interval '2 days'"
                                        : "datetime(last_used_at, '-2 days')")
                                + " WHERE agent_id = 'old'");
                JdbcTable table = database.table();

                long read = table.findByKey(List.of("now"))
                        .get(0)
                        .lastUsed()
                        .epochMillis()
                        .orElseThrow();
                assertThat(Math.abs(System.currentTimeMillis() - read)).isLessThan(3_600_000);
                assertThat(sweep(table, day).dropped()).isEqualTo(1);
                assertThat(database.keys()).containsExactly("now");
            }
        }
    }

    /** As tables are that were migrated by halves. */
    @ParameterizedTest
    @EnumSource
    void eachRowOfAColumnOfTextIsJudgedByItsOwnUnit(DatabaseKind kind) throws Exception {
        try (SomeDatabase database = kind.create(directory).withSessions("TEXT")) {
            List<Function<Instant, Object>> units = List.of(
                    Instant::getEpochSecond,
                    Instant::toEpochMilli,
                    moment -> moment.toEpochMilli() * 1_000,
                    moment -> moment.toEpochMilli() / 1e3,
                    Instant::toString,
                    moment -> moment.atOffset(ZoneOffset.ofHours(14)).toString());
            for (int unit = 0; unit < units.size(); unit++) {
                database.put("stale " + unit, "s", units.get(unit).apply(EDGE.minusSeconds(2)))
                        .put("live " + unit, "s", units.get(unit).apply(EDGE.plusSeconds(2)))
                        .put("ahead " + unit, "s", units.get(unit).apply(NOW.plus(400, ChronoUnit.DAYS)));
            }
            JdbcTable table = database.table();

            assertThat(sweep(table, ONE_DAY)).isEqualTo(new Sweep.Result(units.size(), true));
            assertThat(database.keys()).hasSize(2 * units.size()).noneMatch(key -> key.startsWith("stale"));
        }
    }

    private Sweep.Result sweep(JdbcTable table, MaxSessionAge maxAge) throws StoreException {
        return new Sweep(table, maxAge, timer, id -> false, row -> {}).run(new Sweep.Pace(500, 1_000, 0, 0));
    }

    private static Arguments form(DatabaseKind kind, String type, Function<Instant, Object> written) {
        return Arguments.of(kind, type, written);
    }
}
