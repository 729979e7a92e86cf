package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.resume.Evidence.Run;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final Optional<String> ID = Optional.of("id");

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
            attempts.isFirstSignal(Optional.of("id-" + i), told("line"), 100);
        }

        assertThat(attempts.countedSince("id-0", 0)).isFalse();
        assertThat(attempts.countedSince("id-1", 0)).isTrue();
        assertThat(attempts.countedSince("id-1000", 0)).isTrue();
    }

    /** A first deletion loads the database's driver: a host that then logs the failure again tells of no second one. */
    @Test
    void whatTheAgentDoesMeanwhileIsNoTimeOfTheAttempts() {
        attempts.isFirstSignal(ID, told("line"), 0);
        attempts.handled(ID, 1_000_000_000);

        assertThat(attempts.isFirstSignal(ID, told("line"), 1_399_999_999)).isFalse();
        assertThat(attempts.isFirstSignal(Optional.empty(), told("line"), 1_399_999_999))
                .isFalse();
        assertThat(attempts.isFirstSignal(ID, told("line"), 1_400_000_000)).isTrue();
        assertThat(attempts.countedSince("id", 1_400_000_001)).isFalse();
    }

    @Test
    void linesOfOneIdThatComeCloseTogetherAreOfOneAttempt() {
        assertThat(attempts.isFirstSignal(ID, told("line"), 0)).isTrue();
        assertThat(attempts.isFirstSignal(ID, told("line"), 399_999_999)).isFalse();
        assertThat(attempts.isFirstSignal(Optional.of("another"), told("line"), 399_999_999))
                .isTrue();
    }

    @Test
    void aLineThatComesLongAfterTheLastIsOfAnotherAttempt() {
        attempts.isFirstSignal(ID, told("line"), 0);

        assertThat(attempts.isFirstSignal(ID, told("line"), 400_000_000)).isTrue();
    }

    @Test
    void aLineThatWasToldOnAnotherThreadIsOfTheRunThatHadBegunThen() {
        assertThat(attempts.isFirstSignal(ID, told("line"), 100)).isTrue();

        assertThat(attempts.isFirstSignal(ID, evidence(failure(), 50), 200)).isFalse();
    }

    @Test
    void ofTwoRunsThatHadBegunThenTheLineIsOfOneAlone() {
        attempts.isFirstSignal(ID, told("line"), 100);

        assertThat(attempts.isFirstSignal(ID, evidence(failure(), 50), 200)).isFalse();
        assertThat(attempts.isFirstSignal(ID, evidence(failure(), 60), 210)).isTrue();
    }

    @Test
    void aRunThatBeganAfterTheLineIsAnotherAttempt() {
        attempts.isFirstSignal(ID, told("line"), 100);

        assertThat(attempts.isFirstSignal(ID, evidence(failure(), 101), 200)).isTrue();
    }

    @Test
    void aLineThatIsToldAfterTheRunsOwnEndIsOfThatRun() {
        assertThat(attempts.isFirstSignal(ID, evidence(failure(), 50), 100)).isTrue();

        assertThat(attempts.isFirstSignal(ID, told("line"), 200)).isFalse();
    }

    private static IllegalStateException failure() {
        return new IllegalStateException();
    }

    private static Evidence evidence(Object source, long since) {
        return new Evidence(
                Optional.empty(), List.of(), "text", source, Optional.of(new Run(since, new CallChain(), true)));
    }

    private static Evidence told(Object source) {
        return new Evidence(Optional.empty(), List.of(), "text", source, Optional.empty());
    }
}
