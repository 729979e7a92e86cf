package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockGuardTest {
    private static final Duration MAX_AGE = Duration.ofHours(24);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final ClockGuard guard = guard(MAX_AGE);

    @Test
    void aClockThatGoesOnAsTimeDoesIsTrusted() {
        clock.advance(Duration.ofDays(30));

        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void aLeapForwardByMoreThanTheMaxAgeIsNotTrustedForTenMinutes() {
        clock.leap(MAX_AGE.plus(MOMENT));

        assertThat(guard.trustsAges()).isFalse();
        clock.advance(TEN_MINUTES.minusNanos(1));
        assertThat(guard.trustsAges()).isFalse();
        clock.advance(Duration.ofNanos(1));
        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void aLeapForwardByTheMaxAgeItselfIsTrusted() {
        clock.leap(MAX_AGE);

        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void timeThatReallyPassedIsNoPartOfALeap() {
        clock.advance(Duration.ofHours(23));
        clock.leap(Duration.ofHours(2));

        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void noSettingOfTheWallClockEndsTheTenMinutes() {
        clock.leap(Duration.ofDays(365));
        assertThat(guard.trustsAges()).isFalse();

        clock.leap(Duration.ofHours(1));
        assertThat(guard.trustsAges()).isFalse();
        clock.leap(Duration.ofDays(-365));
        assertThat(guard.trustsAges()).isFalse();
        clock.advance(TEN_MINUTES);
        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void aSecondLeapIsHeldForTenMinutesOfItsOwn() {
        clock.leap(Duration.ofDays(2));
        assertThat(guard.trustsAges()).isFalse();
        clock.advance(Duration.ofMinutes(9));
        clock.leap(Duration.ofDays(2));
        assertThat(guard.trustsAges()).isFalse();

        clock.advance(Duration.ofMinutes(9));
        assertThat(guard.trustsAges()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(guard.trustsAges()).isTrue();
    }

    @Test
    void aStepBackIsTrustedAndTheLeapThatPutsItRightIsNot() {
        clock.leap(Duration.ofDays(-2));
        assertThat(guard.trustsAges()).isTrue();

        clock.leap(Duration.ofDays(2));
        assertThat(guard.trustsAges()).isFalse();
    }

    @Test
    void leapsInQuickSuccessionAreOne() {
        for (int i = 0; i < 3; i++) {
            clock.leap(Duration.ofHours(8));
            clock.advance(Duration.ofMinutes(3));
            assertThat(guard.trustsAges()).isTrue();
        }

        clock.leap(MOMENT);
        assertThat(guard.trustsAges()).isFalse();
        assertThat(events.lines()).containsExactly("failed open clock");
    }

    /** A laptop that sleeps at night: its monotonic clock stands still meanwhile, and its days are full of work. */
    @Test
    void leapsThatLieFarApartAreTrustedEach() {
        for (int night = 0; night < 5; night++) {
            clock.leap(Duration.ofHours(16));
            assertThat(guard.trustsAges()).isTrue();
            clock.advance(Duration.ofHours(8));
            assertThat(guard.trustsAges()).isTrue();
        }
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aLeapIsSeenHoweverLongAgoTheClockWasLastLookedAt() {
        clock.advance(Duration.ofDays(5));
        clock.leap(MAX_AGE.plus(MOMENT));
        clock.advance(Duration.ofDays(5));

        assertThat(guard.trustsAges()).isFalse();
    }

    @Test
    void aSmallStepBackDoesNotHideTheLeapsAroundIt() {
        clock.leap(Duration.ofHours(20));
        assertThat(guard.trustsAges()).isTrue();
        clock.leap(Duration.ofMillis(-1));
        assertThat(guard.trustsAges()).isTrue();
        clock.leap(Duration.ofHours(5));

        assertThat(guard.trustsAges()).isFalse();
    }

    @Test
    void aLeapIsToldOnceHoweverOftenItIsAskedFor() {
        clock.leap(Duration.ofDays(2));

        guard.trustsAges();
        guard.trustsAges();

        assertThat(events.lines()).containsExactly("failed open clock");
    }

    @Test
    void whereNothingExpiresNoLeapIsOfInterest() {
        ClockGuard off = guard(Duration.ZERO);
        clock.leap(Duration.ofDays(2));

        assertThat(off.trustsAges()).isTrue();
        assertThat(events.lines()).isEmpty();
    }

    private ClockGuard guard(Duration maxAge) {
        return new ClockGuard(new MaxSessionAge(maxAge.toMillis(), clock), clock::nanoTime, events);
    }
}
