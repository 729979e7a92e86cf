package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObservationsTest {
    private static final UUID ID = new UUID(1, 2);

    private final SettableClock clock = new SettableClock();
    private final Observations observed = new Observations(clock);

    @Test
    void anIdThatIsSeenForTheFirstTimeIsAsOldAsZeroAndAgesFromThenOn() {
        long first = clock.millis();
        assertThat(lastUsed("a")).isEqualTo(first);
        clock.advance(Duration.ofHours(30));

        assertThat(lastUsed("a")).isEqualTo(first);
        assertThat(lastUsed("b")).isEqualTo(clock.millis());
    }

    @Test
    void aUseMakesAnIdYoung() {
        observed.used("a");
        clock.advance(Duration.ofHours(30));
        observed.used("a");

        assertThat(lastUsed("a")).isEqualTo(clock.millis());
    }

    @Test
    void toBeSeenIsNotToBeUsed() {
        observed.lastUsed("a");
        assertThat(observed.sawAnyUseSince(0)).isFalse();

        observed.used("b");
        assertThat(observed.sawAnyUseSince(clock.millis())).isTrue();
        assertThat(observed.sawAnyUseSince(clock.millis() + 1)).isFalse();
    }

    @Test
    void eachChangeIsTakenOnceAndManyOfOneIdAreOne() {
        observed.used("a");
        clock.advance(Duration.ofSeconds(1));
        observed.used("a");
        observed.used("b");

        Map<UUID, Long> changes = observed.takeChanges();
        assertThat(changes).as("two ids, and that any was used").hasSize(3);
        assertThat(changes.values()).containsOnly(clock.millis());
        assertThat(observed.takeChanges()).isEmpty();

        observed.giveBack(changes.keySet());
        assertThat(observed.takeChanges()).isEqualTo(changes);
    }

    @Test
    void whatIsLearntNeverMakesAnIdOlder() {
        observed.used("a");
        Set<UUID> ids = observed.takeChanges().keySet();
        ids.forEach(id -> observed.learn(id, clock.ago(Duration.ofDays(3))));

        assertThat(lastUsed("a")).isEqualTo(clock.millis());
    }

    @Test
    void whatIsLearntOfTheFutureCountsAsNowAndIsPutRight() {
        observed.learn(ID, clock.ago(Duration.ofDays(-400)));

        assertThat(observed.takeChanges()).containsExactly(Map.entry(ID, clock.millis()));
    }

    @Test
    void whatIsUnusedForLongestIsForgottenAndBeginsAnew() {
        observed.used("oldest");
        clock.advance(Duration.ofMillis(1));
        for (int i = 1; i < Observations.MOST + 10; i++) {
            observed.used("id " + i);
        }

        assertThat(observed.forgetTheOldest()).hasSizeBetween(Observations.MOST / 10, Observations.MOST / 10 + 20);
        clock.advance(Duration.ofMillis(1));
        assertThat(lastUsed("oldest")).isEqualTo(clock.millis());
        assertThat(observed.forgetTheOldest()).isEmpty();
        assertThat(observed.sawAnyUseSince(clock.millis() - 1)).isTrue();
    }

    @Test
    void rowsThatNobodyReadsPushNoUsedIdOut() {
        observed.used("used");
        long then = clock.millis();
        clock.advance(Duration.ofHours(1));
        for (int i = 0; i < Observations.MOST + 10; i++) {
            observed.lastUsed("id " + i);
        }

        assertThat(observed.forgetTheOldest()).isEmpty();
        assertThat(lastUsed("used")).isEqualTo(then);
        clock.advance(Duration.ofHours(30));
        assertThat(lastUsed("one too many")).isEqualTo(clock.millis());
    }

    private long lastUsed(String sessionId) {
        return observed.lastUsed(sessionId).epochMillis().orElseThrow();
    }
}
