package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerTest {
    private static final Duration NANO = Duration.ofNanos(1);

    private final SettableClock clock = new SettableClock();
    private final CircuitBreaker breaker = new CircuitBreaker(clock::nanoTime);

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "FAILED"})
    void afterFiveFailuresInARowNothingIsAskedForASecond(Kind kind) throws StoreException {
        fail(4, kind);
        breaker.check();
        fail(1, kind);

        assertOpen();
        clock.advance(Duration.ofSeconds(1).minus(NANO));
        assertOpen();
        clock.advance(NANO);
        breaker.check();
    }

    @Test
    void oneCallThatWasLeftWithoutAnAnswerIsEnough() throws StoreException {
        breaker.unanswered();

        assertOpen();
        clock.advance(Duration.ofSeconds(1));
        breaker.check();
    }

    @Test
    void onceThePauseIsOverOneCallerTriesAndTheOthersWaitForWhatComesOfIt() throws StoreException {
        fail(5, Kind.FAILED);
        clock.advance(Duration.ofSeconds(1));

        breaker.check();
        assertOpen();
        assertOpen();

        breaker.succeeded();
        breaker.check();
        breaker.check();
    }

    @Test
    void eachTryThatFailsDoublesThePauseUpToHalfAMinute() throws StoreException {
        fail(5, Kind.FAILED);

        for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            clock.advance(Duration.ofSeconds(seconds).minus(NANO));
            assertOpen();
            clock.advance(NANO);
            breaker.check();
            fail(1, Kind.FAILED);
        }
    }

    @Test
    void whoeverTriedAndNeverCameBackIsFollowedByAnother() throws StoreException {
        fail(5, Kind.FAILED);
        clock.advance(Duration.ofSeconds(1));
        breaker.check();

        clock.advance(Duration.ofSeconds(1));

        breaker.check();
    }

    @Test
    void aSuccessInBetweenBeginsTheRowAnew() throws StoreException {
        fail(4, Kind.FAILED);
        breaker.succeeded();
        fail(4, Kind.FAILED);

        breaker.check();
    }

    @Test
    void afterASuccessThePausesBeginAtASecondAgain() throws StoreException {
        fail(7, Kind.FAILED);
        breaker.succeeded();
        fail(5, Kind.FAILED);

        clock.advance(Duration.ofSeconds(1));

        breaker.check();
    }

    @ParameterizedTest
    @EnumSource(names = {"ABSENT", "READ_ONLY", "REFUSED", "CONSTRAINT"})
    void whatTheDatabaseAnswersIsNoReasonToLeaveItAlone(Kind kind) throws StoreException {
        fail(100, kind);

        breaker.check();
    }

    /** As when a broken file is taken away, or put right: that there is no such table is an answer. */
    @ParameterizedTest
    @EnumSource(names = {"ABSENT", "READ_ONLY", "REFUSED", "CONSTRAINT"})
    void anyAnswerOfTheDatabaseClosesTheCircuit(Kind kind) throws StoreException {
        fail(5, Kind.FAILED);
        clock.advance(Duration.ofSeconds(1));
        breaker.check();

        fail(1, kind);

        breaker.check();
        breaker.check();
    }

    @Test
    void itIsOpenFromTheFailureThatOpensItToTheSuccessThatClosesIt() throws StoreException {
        fail(CircuitBreaker.FAILURES - 1, Kind.BUSY);
        assertThat(breaker.isOpen()).isFalse();

        fail(1, Kind.BUSY);
        assertThat(breaker.isOpen()).isTrue();

        breaker.succeeded();
        assertThat(breaker.isOpen()).isFalse();
    }

    private void fail(int times, Kind kind) {
        for (int i = 0; i < times; i++) {
            breaker.failed(new StoreException(kind, "as the test wants it"));
        }
    }

    private void assertOpen() {
        assertThatThrownBy(breaker::check)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.BUSY));
    }
}
