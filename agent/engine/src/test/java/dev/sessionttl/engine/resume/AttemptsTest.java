package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final Attempts attempts = new Attempts();

    @Test
    void aMomentIsCountedFromItselfOn() {
        attempts.isFirstSignal(Optional.of("id"), evidence(new IllegalStateException(), 0), 100);

        assertThat(attempts.countedSince("id", 100)).isTrue();
        assertThat(attempts.countedSince("id", 99)).isTrue();
        assertThat(attempts.countedSince("id", 101)).isFalse();
        assertThat(attempts.countedSince("another", 0)).isFalse();
    }

    @Test
    void theClockOfTheJvmMayRunOverItsEnd() {
        attempts.isFirstSignal(Optional.of("id"), evidence(new IllegalStateException(), 0), Long.MIN_VALUE + 5);

        assertThat(attempts.countedSince("id", Long.MAX_VALUE - 5)).isTrue();
    }

    @Test
    void aCauseThatGoesRoundInCirclesEnds() {
        IllegalStateException one = new IllegalStateException("one");
        IllegalStateException other = new IllegalStateException("other", one);
        one.initCause(other);
        attempts.remember(new IllegalStateException("another"));

        assertThat(attempts.isFirstSignal(Optional.empty(), evidence(one, 0), 1))
                .isTrue();
    }

    @Test
    void onlySoManyIdsAreRememberedAndTheEldestAreForgotten() {
        for (int i = 0; i <= 1_000; i++) {
            attempts.isFirstSignal(Optional.of("id-" + i), evidence("line", Long.MAX_VALUE), 100);
        }

        assertThat(attempts.countedSince("id-0", 0)).isFalse();
        assertThat(attempts.countedSince("id-1", 0)).isTrue();
        assertThat(attempts.countedSince("id-1000", 0)).isTrue();
    }

    private static Evidence evidence(Object source, long since) {
        return new Evidence(Optional.empty(), List.of(), "text", source, since, true);
    }
}
