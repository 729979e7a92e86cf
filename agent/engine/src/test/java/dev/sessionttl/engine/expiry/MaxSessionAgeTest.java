package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxSessionAgeTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final SettableClock clock = new SettableClock();

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "-1, false", "86400000, true", "-86400001, false", "-9999999999, false"})
    void aSessionIsExpiredWhenItsAgeIsGreaterThanTheMaxAgeAndNotBefore(long olderByMillis, boolean expired) {
        long lastUsed = clock.ago(Duration.ofMillis(DAY)) - olderByMillis;

        assertThat(new MaxSessionAge(DAY, clock).isExceededBy(at(lastUsed))).isEqualTo(expired);
    }

    @Test
    void aTimeThatCannotBeToldIsNeverExpired() {
        assertThat(new MaxSessionAge(1, clock).isExceededBy(new LastUsed("yesterday", OptionalLong.empty())))
                .isFalse();
    }

    @Test
    void maxAgeZeroExpiresNothing() {
        MaxSessionAge off = new MaxSessionAge(0, clock);

        assertThat(off.isOn()).isFalse();
        assertThat(off.isExceededBy(at(clock.ago(Duration.ofDays(3_000))))).isFalse();
    }

    @Test
    void aMaxAgeLongerThanTimeItselfExpiresNothing() {
        assertThat(new MaxSessionAge(Long.MAX_VALUE, clock).isExceededBy(at(1))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "86400000, false", "86400001, true", "-86400001, false"})
    void aLastUseMoreThanADayAheadSaysNothingAboutAge(long aheadMillis, boolean cannotBeJudged) {
        LastUsed ahead = at(clock.ago(Duration.ofMillis(-aheadMillis)));

        assertThat(new MaxSessionAge(DAY, clock).cannotJudge(ahead)).isEqualTo(cannotBeJudged);
        assertThat(new MaxSessionAge(0, clock).cannotJudge(ahead)).isFalse();
    }

    @Test
    void aMissingTimeIsNotOneThatCannotBeJudged() {
        MaxSessionAge maxAge = new MaxSessionAge(DAY, clock);

        assertThat(maxAge.cannotJudge(new LastUsed("yesterday", OptionalLong.empty())))
                .isTrue();
        assertThat(maxAge.cannotJudge(new LastUsed(null, OptionalLong.empty()))).isFalse();
    }

    @Test
    void asOfNowItIsNotMovedByTheClock() {
        MaxSessionAge maxAge = new MaxSessionAge(DAY, clock);
        LastUsed fresh = at(clock.ago(Duration.ZERO));
        MaxSessionAge now = maxAge.asOfNow();
        clock.leap(Duration.ofDays(2));

        assertThat(now.isExceededBy(fresh)).isFalse();
        assertThat(maxAge.isExceededBy(fresh)).isTrue();
    }

    private static LastUsed at(long millis) {
        return new LastUsed(millis, OptionalLong.of(millis));
    }
}
