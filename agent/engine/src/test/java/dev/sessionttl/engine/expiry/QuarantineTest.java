package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private final Quarantine quarantine = new Quarantine();

    @Test
    void aRowIsHeldFromItsThirdFailureOnAndThatIsToldOnce() {
        SessionRow row = row("agent-1", 1);

        assertThat(quarantine.failed(row)).isFalse();
        assertThat(quarantine.failed(row)).isFalse();
        assertThat(quarantine.holds(row)).isFalse();
        assertThat(quarantine.failed(row)).isTrue();
        assertThat(quarantine.holds(row)).isTrue();
        assertThat(quarantine.failed(row)).isFalse();
    }

    @Test
    void aRowThatWasTouchedSinceIsTriedAgain() {
        for (int i = 0; i < Quarantine.TRIES; i++) {
            quarantine.failed(row("agent-1", 1));
        }

        assertThat(quarantine.holds(row("agent-1", 1))).isTrue();
        assertThat(quarantine.holds(row("agent-1", 2))).isFalse();
        assertThat(quarantine.holds(row("agent-2", 1))).isFalse();
    }

    @Test
    void onlySoManyAreHeldAndTheEldestAreForgotten() {
        for (int agent = 0; agent <= 1_000; agent++) {
            for (int i = 0; i < Quarantine.TRIES; i++) {
                quarantine.failed(row("agent-" + agent, 1));
            }
        }

        assertThat(quarantine.holds(row("agent-0", 1))).isFalse();
        assertThat(quarantine.holds(row("agent-1", 1))).isTrue();
        assertThat(quarantine.holds(row("agent-1000", 1))).isTrue();
    }

    private static SessionRow row(String agent, long lastUsed) {
        return new SessionRow(List.of(agent), "session", new LastUsed(lastUsed, OptionalLong.of(lastUsed)));
    }
}
