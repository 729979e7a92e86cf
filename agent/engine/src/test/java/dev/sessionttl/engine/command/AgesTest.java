package dev.sessionttl.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.SessionRow;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AgesTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void aSessionOfExactlyADayBelongsToTheAgesUpToOneDay() {
        Ages ages = new Ages(NOW);
        ages.add(lastUsed(Duration.ofDays(1)));
        ages.add(lastUsed(Duration.ofDays(1).plusMillis(1)));
        ages.add(lastUsed(Duration.ofDays(400)));

        assertThat(ages.count()).isEqualTo(3);
        assertThat(ages.inText().lines().map(String::strip))
                .containsExactly(
                        "up to 1 day                   1",
                        "1 to 2 days                   1",
                        "more than 365 days            1");
        assertThat(Json.write(ages.inJson()))
                .startsWith(
                        "[{\"fromDays\":0,\"toDays\":1,\"sessions\":1},{\"fromDays\":1,\"toDays\":2,\"sessions\":1}")
                .endsWith("{\"fromDays\":365,\"sessions\":1}]");
    }

    private static SessionRow lastUsed(Duration ago) {
        long millis = NOW - ago.toMillis();
        return new SessionRow(List.of("agent"), "id", new LastUsed(millis, OptionalLong.of(millis)));
    }
}
