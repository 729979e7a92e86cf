package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.Vetoes.Reason;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VetoesTest {
    private final SettableClock clock = new SettableClock();
    private final Vetoes vetoes =
            new Vetoes(new MaxSessionAge(Duration.ofHours(1).toMillis(), clock), clock::nanoTime);

    @Test
    void noMoreThanTheyMayAreRememberedAndTheOldestAreForgottenFirst() {
        for (int i = 0; i <= Vetoes.MOST; i++) {
            vetoes.put("session-" + i, Reason.REFUSED);
            clock.advance(Duration.ofMillis(1));
        }

        long remembered = IntStream.rangeClosed(0, Vetoes.MOST)
                .filter(i -> vetoes.on("session-" + i) != null)
                .count();
        assertThat(remembered).isLessThanOrEqualTo(Vetoes.MOST).isGreaterThan(Vetoes.MOST / 2);
        assertThat(vetoes.on("session-0")).isNull();
        assertThat(vetoes.on("session-" + Vetoes.MOST)).isNotNull();
    }

    @Test
    void aRefusalIsNotOverwrittenByAnExpiry() {
        vetoes.put("dead", Reason.REFUSED);
        vetoes.put("dead", Reason.EXPIRED);

        assertThat(vetoes.on("dead")).extracting(Vetoes.Veto::reason).isEqualTo(Reason.REFUSED);
    }

    @Test
    void anExpiryBecomesARefusal() {
        vetoes.put("dead", Reason.EXPIRED);
        vetoes.put("dead", Reason.REFUSED);

        assertThat(vetoes.on("dead")).extracting(Vetoes.Veto::reason).isEqualTo(Reason.REFUSED);
    }

    @Test
    void aVetoThatIsPutAgainLastsFromThen() {
        vetoes.put("dead", Reason.REFUSED);
        clock.advance(Duration.ofMinutes(50));
        vetoes.put("dead", Reason.REFUSED);
        clock.advance(Duration.ofMinutes(50));

        assertThat(vetoes.on("dead")).isNotNull();
    }

    @Test
    void aVetoThatHasRunOutIsForgotten() {
        vetoes.put("dead", Reason.REFUSED);
        clock.advance(Duration.ofMinutes(61));

        assertThat(vetoes.on("dead")).isNull();
        assertThat(vetoes.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-10_000, -1, 1, 10_000})
    void aWallClockThatIsSetNeitherEndsAVetoNorKeepsIt(long hours) {
        vetoes.put("dead", Reason.REFUSED);
        clock.leap(Duration.ofHours(hours));

        assertThat(vetoes.on("dead")).isNotNull();
        clock.advance(Duration.ofMinutes(60));
        assertThat(vetoes.on("dead")).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(vetoes.on("dead")).isNull();
    }

    @Test
    void whatIsForgottenFirstIsTheOldestWhateverTheWallClockSays() {
        vetoes.put("oldest", Reason.REFUSED);
        clock.leap(Duration.ofDays(-2));
        for (int i = 0; i < Vetoes.MOST; i++) {
            clock.advance(Duration.ofMillis(1));
            vetoes.put("session-" + i, Reason.REFUSED);
        }

        assertThat(vetoes.on("oldest")).isNull();
        assertThat(vetoes.on("session-" + (Vetoes.MOST - 1))).isNotNull();
    }
}
