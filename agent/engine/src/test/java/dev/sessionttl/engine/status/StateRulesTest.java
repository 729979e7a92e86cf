package dev.sessionttl.engine.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.metrics.Trouble;
import dev.sessionttl.engine.status.StateRules.Signs;
import dev.sessionttl.engine.status.Status.Site;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateRulesTest {
    private static final Duration JUST_NOW = Duration.ZERO;
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private boolean enabled = true;
    private boolean dryRun;
    private int problems;
    private Optional<Trouble> trouble = Optional.empty();
    private Optional<Kind> tableTrouble = Optional.empty();
    private boolean leftInPeace;
    private boolean oneFile = true;
    private List<Site> sites = List.of(new Site("a.B#c", "read", 1));
    private boolean sitesAreDue = true;

    @Test
    void allIsWellWithoutAReason() {
        assertThat(state()).isEqualTo("ok");
    }

    @Test
    void aLockedDatabaseDegradesForFiveMinutes() {
        trouble = Optional.of(new Trouble("find", Optional.of(Kind.BUSY), JUST_NOW));
        assertThat(state()).isEqualTo("degraded: database locked");

        trouble = Optional.of(new Trouble("find", Optional.of(Kind.BUSY), FIVE_MINUTES.minusNanos(1)));
        assertThat(state()).isEqualTo("degraded: database locked");

        trouble = Optional.of(new Trouble("find", Optional.of(Kind.BUSY), FIVE_MINUTES));
        assertThat(state()).isEqualTo("ok");
    }

    @Test
    void aServerIsNotCalledLockedWhereItMayBeSilent() {
        oneFile = false;
        trouble = Optional.of(new Trouble("find", Optional.of(Kind.BUSY), JUST_NOW));

        assertThat(state()).isEqualTo("degraded: database busy or silent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config|config cannot be read",
                "clock|clock leapt forward",
                "timestamp|last-used value unreadable",
                "weave|class could not be woven",
                "sweep|sweep failed or held back",
                "enter|read or failure site failed",
                "exit|read or failure site failed",
                "textfile|textfile failed"
            })
    void whateverElseFailsOpenDegradesToo(String operation, String reason) {
        trouble = Optional.of(new Trouble(operation, Optional.empty(), JUST_NOW));

        assertThat(state()).isEqualTo("degraded: " + reason);
    }

    @ParameterizedTest
    @EnumSource
    void everyFailureOfTheStoreHasWordsOfItsOwn(Kind kind) {
        trouble = Optional.of(new Trouble("drop", Optional.of(kind), JUST_NOW));

        assertThat(state()).matches("degraded: [a-z -]{10,30}").doesNotContain(kind.name());
    }

    @Test
    void aDatabaseThatIsLeftInPeaceDegradesUntilItAnswers() {
        leftInPeace = true;
        assertThat(state()).isEqualTo("degraded: database does not answer");

        leftInPeace = false;
        assertThat(state()).isEqualTo("ok");
    }

    @Test
    void whyItIsLeftInPeaceSaysMore() {
        leftInPeace = true;
        trouble = Optional.of(new Trouble("find", Optional.of(Kind.BUSY), JUST_NOW));

        assertThat(state()).isEqualTo("degraded: database locked");
    }

    @Test
    void aTableThatCannotBeCountedDegradesUntilItCan() {
        tableTrouble = Optional.of(Kind.FAILED);

        assertThat(state()).isEqualTo("degraded: database failed");
    }

    @Test
    void aTableThatIsNotThereYetLeavesNothingToDo() {
        tableTrouble = Optional.of(Kind.ABSENT);

        assertThat(state()).isEqualTo("idle: no such table yet");
    }

    @Test
    void problemsInTheConfigDegradeUntilTheyArePutRight() {
        problems = 1;
        assertThat(state()).isEqualTo("degraded: 1 problem in the config");
        problems = 3;
        assertThat(state()).isEqualTo("degraded: 3 problems in the config");
    }

    @Test
    void aPointcutThatMatchedNothingIsToldOnceItShouldHave() {
        sites = List.of(new Site("a.B#c", "read", 0));
        sitesAreDue = false;
        assertThat(state()).isEqualTo("ok");

        sitesAreDue = true;
        assertThat(state()).isEqualTo("idle: pointcut matched nothing");

        sites = List.of(new Site("a.B#c", "read", 1));
        assertThat(state()).isEqualTo("ok");
    }

    @Test
    void ofSeveralPointcutsItIsToldHowMany() {
        sites = List.of(new Site("a.B#c", "read", 0), new Site("a.B#d", "read", 2), new Site("a#e", "failure", 0));

        assertThat(state()).isEqualTo("idle: 2 of 3 pointcuts matched nothing");
    }

    @Test
    void withoutPointcutsThereIsNoneToMatch() {
        sites = List.of();

        assertThat(state()).isEqualTo("ok");
    }

    @Test
    void aDryRunIsNamedWhereAllIsWell() {
        dryRun = true;
        assertThat(state()).isEqualTo("ok: dry run: nothing is dropped");

        problems = 1;
        assertThat(state()).isEqualTo("degraded: 1 problem in the config");
    }

    @Test
    void theWorstIsWhatIsSaid() {
        sites = List.of(new Site("a.B#c", "read", 0));
        problems = 1;
        tableTrouble = Optional.of(Kind.ABSENT);
        trouble = Optional.of(new Trouble("drop", Optional.of(Kind.READ_ONLY), JUST_NOW));
        assertThat(state()).isEqualTo("degraded: database read-only");

        trouble = Optional.empty();
        assertThat(state()).isEqualTo("degraded: 1 problem in the config");

        problems = 0;
        assertThat(state()).isEqualTo("idle: no such table yet");

        enabled = false;
        assertThat(state()).isEqualTo("off: switched off by the config");
    }

    private String state() {
        Status.State state = StateRules.stateBy(new Signs(
                new Status.Config("agents.json", enabled, 1, dryRun, problems),
                trouble,
                tableTrouble,
                leftInPeace,
                oneFile,
                sites,
                sitesAreDue));
        return state.word().text() + state.reason().map(reason -> ": " + reason).orElse("");
    }
}
