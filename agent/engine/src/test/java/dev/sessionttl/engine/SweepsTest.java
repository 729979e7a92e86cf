package dev.sessionttl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.MetricsConfig;
import dev.sessionttl.engine.config.ProcessesConfig;
import dev.sessionttl.engine.config.StaleProcess;
import dev.sessionttl.engine.config.SweepConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.TableGauges;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.status.Status.LastSweep;
import dev.sessionttl.engine.store.JdbcTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a sweep is held back: by a clock that leapt, and by a share of the table that no one expects to be stale. */
class SweepsTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final SettableClock clock = new SettableClock();
    private final Tally tally = new Tally();
    private final HeldTimer timer = new HeldTimer();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void afterALeapOfTheClockNothingIsSweptAndThatIsCountedOnce() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            Sweeps sweeps = sweeps(database, clock, 1);
            database.put("a", "fresh", clock.ago(Duration.ofHours(1)));
            clock.leap(Duration.ofDays(2));

            beforeMain(sweeps);
            beforeMain(sweeps);

            assertThat(database.sessionIds()).containsExactly("fresh");
            assertThat(errors("clock")).isEqualTo(1);
        }
    }

    /** The host's operator has seen what goes, and raises the age in the midst of it. */
    @Test
    void aConfigThatChangesInTheMidstOfASweepEndsIt() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(50, row -> clock.ago(Duration.ofHours(25)));
            AtomicReference<MaxSessionAge> age = new AtomicReference<>();
            InstantSource raises = () -> {
                // Asked once for the sweep's own moment; what is asked after it comes too late.
                Instant now = clock.instant();
                Optional.ofNullable(age.get()).ifPresent(set -> set.set(2 * DAY));
                return now;
            };
            Sweeps sweeps = sweeps(database, raises, 1, age::set);

            beforeMain(sweeps);

            assertThat(database.sessionIds()).hasSize(50);
        }
    }

    @Test
    void aSweepThatWasHeldFollowsOnceTheClockIsTrustedAgain() throws Exception {
        try (HostDatabase database = HostDatabase.in(directory)) {
            Sweeps sweeps = sweeps(database, clock, 1);
            database.put("a", "stale", clock.ago(Duration.ofHours(25)));
            clock.leap(Duration.ofDays(2));

            beforeMain(sweeps);
            sweeps.onceTheHostRuns();
            Runnable again = timer.next();
            assertThat(database.sessionIds()).containsExactly("stale");

            clock.advance(Duration.ofMinutes(10));
            again.run();
            joinTheSweep();

            assertThat(database.sessionIds()).isEmpty();
        }
    }

    /** Its own look at the clock is the only one: text is a candidate by its day, so that a leap would take them all. */
    @Test
    void aClockThatLeapsInTheMiddleOfASweepMakesNoRowOlder() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.put("a", "stale", text(clock.ago(Duration.ofHours(25))));
            database.put("b", "fresh", text(clock.ago(Duration.ofHours(1))));
            int[] looks = {0};
            InstantSource leaping = () -> {
                // The guard's own first look, the sweep's, and the guard's at the sweep's beginning.
                if (++looks[0] == 4) {
                    clock.leap(Duration.ofDays(2));
                }
                return clock.instant();
            };

            beforeMain(sweeps(database, leaping, 1));

            assertThat(database.sessionIds()).containsExactly("fresh");
        }
    }

    @Test
    void aStepBackOfTheClockSweepsWhatIsStaleByItAndNothingElse() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            Sweeps sweeps = sweeps(database, clock, 1);
            database.put("a", "older", clock.ago(Duration.ofDays(9)));
            database.put("b", "stale", clock.ago(Duration.ofHours(25)));
            database.put("c", "fresh", clock.ago(Duration.ofHours(1)));
            clock.leap(Duration.ofDays(-3));

            beforeMain(sweeps);

            assertThat(database.sessionIds()).containsExactly("fresh", "stale");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Half of them may go, and half of them would.
        "200, 100, 0.5, 100",
        "200, 101, 0.5, 200",
        "200, 200, 0.99, 200",
        "200, 200, 1, 0",
        // Of so few rows, a share tells nothing.
        "100, 100, 0.5, 0",
        "101, 101, 0.5, 101",
        // What stands for a share that could not be read risks no row.
        "5, 1, 0, 5",
    })
    void aSweepThatWouldTakeMoreThanItsShareTakesNothingAndIsCounted(int rows, int stale, double share, int left) {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(rows, row -> clock.ago(Duration.ofHours(row < stale ? 25 : 1)));

            beforeMain(sweeps(database, clock, share));

            assertThat(database.sessionIds()).hasSize(left);
            assertThat(errors("sweep")).isEqualTo(left == rows ? 1 : 0);
        }
    }

    @Test
    void whatCannotBeToldIsCountedOnceASweepHoweverManyRows() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(9, row -> row == 0 ? clock.ago(Duration.ofHours(25)) : "1yesterday");
            Sweeps sweeps = sweeps(database, clock, 0.5);

            beforeMain(sweeps);
            assertThat(errors("timestamp")).isEqualTo(1);
            beforeMain(sweeps);
            assertThat(errors("timestamp")).isEqualTo(2);
            assertThat(database.sessionIds()).hasSize(8);
        }
    }

    @Test
    void theLastSweepIsToldWithWhatItDroppedAndWhen() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            Sweeps sweeps = sweeps(database, clock, 1);
            assertThat(sweeps.last()).isEmpty();
            database.putAll(9, row -> clock.ago(Duration.ofHours(row < 4 ? 25 : 1)));

            beforeMain(sweeps);
            assertThat(sweeps.last()).contains(new LastSweep(SettableClock.START, 4, true));

            clock.advance(Duration.ofMinutes(1));
            beforeMain(sweeps);
            assertThat(sweeps.last()).contains(new LastSweep(SettableClock.START.plus(Duration.ofMinutes(1)), 0, true));
        }
    }

    @Test
    void aSweepThatWasHeldBackIsNone() {
        try (HostDatabase database = HostDatabase.in(directory)) {
            database.putAll(200, row -> clock.ago(Duration.ofHours(25)));
            Sweeps sweeps = sweeps(database, clock, 0.5);

            beforeMain(sweeps);

            assertThat(sweeps.last()).isEmpty();
        }
    }

    private static void beforeMain(Sweeps sweeps) {
        sweeps.openAhead();
        sweeps.beforeMain();
    }

    private Sweeps sweeps(HostDatabase database, InstantSource wallClock, double maxFraction) {
        return sweeps(database, wallClock, maxFraction, age -> {});
    }

    private Sweeps sweeps(
            HostDatabase database, InstantSource wallClock, double maxFraction, Consumer<MaxSessionAge> onAge) {
        JdbcTable table = database.table();
        MaxSessionAge maxAge = new MaxSessionAge(DAY, wallClock);
        BackgroundThread background = new BackgroundThread(tally, timer);
        Sessions sessions = new Sessions(table, maxAge, clock::nanoTime, tally, background, false, () -> "a site");
        AgentConfig config = new AgentConfig(
                true,
                false,
                DAY,
                HostDatabase.sweeping(new SweepConfig(60_000, 0, maxFraction), HostDatabase.DEFAULTS),
                List.of(),
                List.of(),
                List.of(),
                new ProcessesConfig(false, StaleProcess.OBSERVE, List.of()),
                Optional.empty(),
                new MetricsConfig(true, Optional.empty()),
                Optional.empty());
        onAge.accept(maxAge);
        return new Sweeps(config, table, maxAge, background, sessions, tally, tally);
    }

    private double errors(String operation) {
        String line = "claude_session_store_errors_total{operation=\"" + operation + "\"} ";
        return new PrometheusText(new SessionMeters(tally, new NoGauges(), Map::of))
                .scrape("")
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
                .sum();
    }

    private static String text(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static void joinTheSweep() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("session-ttl-sweep")) {
                thread.join();
            }
        }
    }

    private record NoGauges() implements TableGauges {
        @Override
        public double rows() {
            return Double.NaN;
        }

        @Override
        public double oldestAgeSeconds() {
            return Double.NaN;
        }
    }

    /** Hands what is to run later to the test. */
    private static final class HeldTimer extends ScheduledThreadPoolExecutor {
        private final BlockingQueue<Runnable> later = new LinkedBlockingQueue<>();

        HeldTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            later.add(work);
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        Runnable next() throws InterruptedException {
            Runnable work = later.poll(30, TimeUnit.SECONDS);
            assertThat(work).as("something that is to run later").isNotNull();
            return work;
        }
    }
}
