package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.Vetoes.Reason;
import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VetoesTest {
    private final SettableClock clock = new SettableClock();
    private final Vetoes vetoes =
            new Vetoes(new MaxSessionAge(Duration.ofHours(1).toMillis(), clock));

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
}
