package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final SettableClock clock = new SettableClock();
    private final Tally tally = new Tally(clock, clock::nanoTime);

    @Test
    void allIsCountedForTheDayAsItIsInAll() {
        tally.resumeFailed(Duration.ofSeconds(3));
        clock.advance(Duration.ofHours(30));
        tally.resumeFailed(Duration.ofSeconds(4));
        tally.expired(Occasion.READ, 1);
        tally.expired(Occasion.SWEEP, 20);

        assertThat(tally.counts().resumeFailures()).isEqualTo(2);
        assertThat(tally.counts().expiredAtRead()).isEqualTo(1);
        assertThat(tally.counts().expiredBySweep()).isEqualTo(20);
        List<Hour> day = tally.lastHours();
        assertThat(day.stream().mapToLong(Hour::resumeFailures).sum()).isEqualTo(1);
        assertThat(day.stream().mapToLong(Hour::expired).sum()).isEqualTo(21);
    }

    /** Else a failure whose start nobody saw would make all the others look cheap. */
    @Test
    void aFailureWhoseStartWasNotSeenIsNotMeasured() {
        tally.resumeFailed(Duration.ofSeconds(3));
        tally.resumeFailed(Duration.ZERO);

        assertThat(tally.counts().resumeFailures()).isEqualTo(2);
        assertThat(tally.counts().measuredFailures()).isEqualTo(1);
        assertThat(tally.counts().secondsWasted()).isEqualTo(3);
    }

    /** A getter may be called a thousand times in a turn. */
    @Test
    void anIdIsWithheldOnceHoweverOftenItIsRead() {
        tally.vetoedRead("one");
        tally.vetoedRead("one");
        tally.vetoedRead("other");

        assertThat(tally.counts().vetoedReads()).isEqualTo(3);
        assertThat(tally.counts().withheldIds()).isEqualTo(2);
    }

    @Test
    void anIdThatExpiredAtItsReadIsTheSameWhenItIsReadAgainAndASweptOneWasNeverAskedFor() {
        tally.dropped(row("one"), ExpiryEvents.EXPIRED, "com.acme.Store#find");
        tally.vetoedRead("one");
        tally.dropped(row("swept"), ExpiryEvents.EXPIRED, ExpiryEvents.SWEEP);
        tally.dropped(row("failed"), "refused", "com.acme.Cli#resume");

        assertThat(tally.counts().withheldIds()).isEqualTo(1);
    }

    private static SessionRow row(String sessionId) {
        return new SessionRow(List.of("a"), sessionId, new LastUsed(null, OptionalLong.empty()));
    }

    @Test
    void theLastTroubleIsTold() {
        assertThat(tally.lastTrouble()).isEmpty();

        tally.failedOpen("clock", new IllegalStateException("leapt"));
        tally.failedOpen("find", new StoreException(Kind.BUSY, "locked"));
        clock.advance(Duration.ofSeconds(7));
        clock.leap(Duration.ofDays(-1));

        Trouble trouble = tally.lastTrouble().orElseThrow();
        assertThat(trouble.operation()).isEqualTo("find");
        assertThat(trouble.kind()).contains(Kind.BUSY);
        assertThat(trouble.ago()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void thatThereIsNoTableYetIsNoTrouble() {
        tally.storeFailed("find", new StoreException(Kind.ABSENT, "no such table: agent_sessions"));

        assertThat(tally.lastTrouble()).isEmpty();
        assertThat(tally.counts().failedOpen()).isEmpty();
    }
}
