package dev.sessionttl.engine.expiry;

import static dev.sessionttl.engine.expiry.Verdict.ABSENT;
import static dev.sessionttl.engine.expiry.Verdict.LEAVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host without a table: what is expired is told by what the agent has seen, and dropping is to withhold. */
class ObservedSessionsTest {
    private static final Duration MAX_AGE = Duration.ofHours(24);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final Observations observed = new Observations(clock);
    private final Sessions sessions = sessions(false);

    @Test
    void anIdThatWasLastUsedExactlySoLongAgoIsStillFresh() {
        assertThat(read("a")).isEqualTo(LEAVE);
        clock.advance(MAX_AGE);
        assertThat(read("a")).isEqualTo(LEAVE);
        clock.advance(MAX_AGE.plus(MOMENT));
        assertThat(read("a")).isEqualTo(ABSENT);
    }

    @Test
    void anExpiredIdStaysSoHoweverOftenItIsAskedForAndIsCountedOnce() {
        read("a");
        clock.advance(MAX_AGE.plus(MOMENT));

        assertThat(read("a")).isEqualTo(ABSENT);
        clock.advance(Duration.ofHours(20));
        assertThat(read("a")).isEqualTo(ABSENT);
        clock.advance(Duration.ofHours(20));
        assertThat(read("a")).as("when its veto has run out").isEqualTo(ABSENT);
        assertThat(events.lines()).containsExactly("expired READ 1", "vetoed a", "expired READ 1");
    }

    @Test
    void anIdThatANewProcessHasNeverSeenIsAsOldAsZero() {
        clock.advance(MAX_AGE.multipliedBy(3));
        assertThat(read("a")).isEqualTo(LEAVE);
    }

    @Test
    void aRunKeepsAnIdYoungFromItsBeginningToItsEnd() {
        read("a");
        clock.advance(MAX_AGE);
        sessions.processBegan("a");
        clock.advance(MAX_AGE.plus(MOMENT));
        assertThat(read("a")).as("in use").isEqualTo(LEAVE);
        clock.advance(MAX_AGE.plus(MOMENT));
        sessions.processEnded("a");
        clock.advance(MAX_AGE);

        assertThat(read("a")).isEqualTo(LEAVE);
    }

    @Test
    void anIdThatARunEmitsIsUsed() {
        read("a");
        clock.advance(MAX_AGE.plus(MOMENT));
        sessions.emitted("a");

        assertThat(read("a")).isEqualTo(LEAVE);
    }

    @Test
    void anExpiredIdThatIsResumedAllTheSameIsYoungAgain() {
        read("a");
        clock.advance(MAX_AGE.plus(MOMENT));
        assertThat(read("a")).isEqualTo(ABSENT);

        sessions.resumeBegan("a");
        sessions.resumeEnded("a");
        assertThat(read("a")).isEqualTo(LEAVE);
    }

    @Test
    void aRefusedIdIsWithheldAndItsResumesAreNoUse() {
        read("a");
        sessions.resumeBegan("a");
        sessions.refused("a", List.of());
        long refusedAt = clock.millis();
        clock.advance(MOMENT);
        sessions.resumeEnded("a");

        assertThat(read("a")).isEqualTo(ABSENT);
        assertThat(observed.lastUsed("a").epochMillis()).hasValue(refusedAt);
        assertThat(events.lines()).containsExactly("vetoed a");
    }

    @Test
    void aDryRunWithholdsNothingAndDoesNotTakeItsReadsForUses() {
        Sessions dry = sessions(true);
        dry.readOf("a", List.of());
        long first = clock.millis();
        clock.advance(MAX_AGE.plus(MOMENT));

        assertThat(dry.readOf("a", List.of())).isEqualTo(LEAVE);
        assertThat(observed.lastUsed("a").epochMillis()).hasValue(first);
    }

    @Test
    void aReadByKeyIsLeftToTheHost() {
        assertThat(sessions.readByKey(List.of("agent-1"))).isEqualTo(LEAVE);
    }

    private Verdict read(String sessionId) {
        return sessions.readOf(sessionId, List.of());
    }

    private Sessions sessions(boolean dryRun) {
        return new Sessions(
                new NoTable(observed),
                new MaxSessionAge(MAX_AGE.toMillis(), clock),
                clock::nanoTime,
                events,
                new HeldWork(),
                dryRun);
    }
}
