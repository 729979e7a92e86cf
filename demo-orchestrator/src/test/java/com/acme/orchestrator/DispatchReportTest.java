package com.acme.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.orchestrator.DispatchReport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DispatchReportTest {
    private static final DispatchReport REFUSED = new DispatchReport(
            "scout", Optional.of("dead"), Optional.of(Duration.ofMillis(3_021)), Outcome.STARTED_FRESH);
    private static final DispatchReport FRESH =
            new DispatchReport("clerk", Optional.empty(), Optional.empty(), Outcome.STARTED_FRESH);
    private static final DispatchReport FAILED =
            new DispatchReport("clerk", Optional.of("alive"), Optional.empty(), Outcome.FAILED);

    @Test
    void theJournalGivesBackWhatWasWritten() {
        assertThat(List.of(REFUSED, FRESH, FAILED))
                .allSatisfy(report ->
                        assertThat(DispatchReport.parse(report.toLine())).isEqualTo(report));
    }

    @Test
    void aLineThatIsNoReportIsNotGuessedAt() {
        assertThatThrownBy(() -> DispatchReport.parse("scout\tdead")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRunIsSummedUp() {
        assertThat(Summary.of(List.of(REFUSED, FRESH, FAILED)))
                .isEqualTo(new Summary(3, 2, 1, 2, 1, Duration.ofMillis(3_021)))
                .hasToString("3 dispatches, 2 resumes tried, 1 refused, 2 fresh starts, 1 failed, 3.0 s wasted");
    }
}
