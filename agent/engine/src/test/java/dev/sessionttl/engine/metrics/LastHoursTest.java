package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastHoursTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int NEWEST = LastHours.KEPT - 1;

    private final SettableClock clock = new SettableClock();
    private final LastHours hours = new LastHours(clock, clock::nanoTime);

    @Test
    void inTheBeginningAllHoursAreThereAndEmpty() {
        assertThat(hours.all()).hasSize(24).allSatisfy(hour -> {
            assertThat(hour.resumeFailures()).isZero();
            assertThat(hour.expired()).isZero();
        });
    }

    @Test
    void hoursAreThoseOfTheWallClockTheOldestFirst() {
        List<Hour> all = hours.all();

        assertThat(all.get(NEWEST).from()).isEqualTo(Instant.parse("2026-03-10T12:00:00Z"));
        assertThat(all.get(0).from()).isEqualTo(Instant.parse("2026-03-09T13:00:00Z"));
    }

    @Test
    void whatHappensIsCountedInItsHour() {
        clock.advance(Duration.ofMinutes(59));
        hours.resumeFailed();
        clock.advance(Duration.ofMinutes(1));
        hours.resumeFailed();
        hours.resumeFailed();
        hours.expired(20);

        assertThat(failures()).endsWith(0L, 1L, 2L);
        assertThat(hours.all().get(NEWEST).expired()).isEqualTo(20);
        assertThat(hours.all().get(NEWEST).from()).isEqualTo(Instant.parse("2026-03-10T13:00:00Z"));
    }

    @Test
    void hoursInWhichNothingHappenedAreEmpty() {
        hours.resumeFailed();
        clock.advance(HOUR.multipliedBy(5));
        hours.resumeFailed();

        assertThat(failures()).endsWith(0L, 1L, 0L, 0L, 0L, 0L, 1L);
    }

    @Test
    void anHourIsKeptForTwentyThreeMore() {
        hours.resumeFailed();
        clock.advance(HOUR.multipliedBy(23));
        assertThat(failures().get(0)).isEqualTo(1);

        clock.advance(HOUR);

        assertThat(failures()).containsOnly(0L);
    }

    @Test
    void afterDaysOfSilenceNothingOldComesUpAgain() {
        for (int i = 0; i < 24; i++) {
            hours.resumeFailed();
            hours.expired(1);
            clock.advance(HOUR);
        }
        clock.advance(HOUR.multipliedBy(24 * 9 + 5));
        hours.resumeFailed();

        assertThat(failures()).endsWith(0L, 1L);
        assertThat(failures().stream().mapToLong(each -> each).sum()).isEqualTo(1);
        assertThat(hours.all()).extracting(Hour::expired).containsOnly(0L);
    }

    @Test
    void aWallClockThatIsSetNeitherLosesNorMovesAnything() {
        hours.resumeFailed();
        clock.advance(HOUR);
        hours.resumeFailed();
        hours.resumeFailed();

        clock.leap(Duration.ofDays(400));
        hours.resumeFailed();
        assertThat(failures()).endsWith(0L, 1L, 3L);

        clock.leap(Duration.ofDays(-900));
        hours.resumeFailed();
        assertThat(failures()).endsWith(0L, 1L, 4L);
        clock.advance(HOUR);
        assertThat(failures()).endsWith(0L, 1L, 4L, 0L);
    }

    @Test
    void theWallClockNamesTheHoursAsItIsNow() {
        clock.leap(Duration.ofDays(1));

        assertThat(hours.all().get(NEWEST).from()).isEqualTo(Instant.parse("2026-03-11T12:00:00Z"));
    }

    private List<Long> failures() {
        return hours.all().stream().map(Hour::resumeFailures).toList();
    }
}
