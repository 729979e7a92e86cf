package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.weaving.Calls.Call;
import dev.sessionttl.engine.weaving.Calls.LastingCall;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final Absent ABSENT = new Absent.ByType(Declared.returning(String.class));
    private final Calls calls = Calls.ofThisThread();
    private final LastingCall outer = calls.beginLasting();
    private final ReadSite site = new ReadSite(
            "reads[0]", List.of(), Optional.empty(), ValuePaths.RETURNED, Optional.empty(), false, false, ABSENT);

    @AfterEach
    void end() {
        calls.end(outer);
    }

    @Test
    void aCallWithinOneThatHasDecidedOnTheSameKeyIsNotToDecideAgain() {
        decide(outer, List.of("agent-1"));
        Call inner = calls.begin();

        assertThat(calls.hasDecided(site, List.of("agent-1"))).isTrue();
        assertThat(calls.hasDecided(site, List.of("agent-2"))).isFalse();
        assertThat(calls.hasDecided(
                        new ReadSite(
                                "reads[1]",
                                List.of(),
                                Optional.empty(),
                                ValuePaths.RETURNED,
                                Optional.empty(),
                                false,
                                false,
                                ABSENT),
                        List.of("agent-1")))
                .isFalse();
        calls.end(inner);
    }

    @Test
    void onceTheCallIsOverItsDecisionIsOver() {
        Call inner = calls.begin();
        decide(inner, List.of("agent-1"));
        calls.end(inner);

        assertThat(calls.hasDecided(site, List.of("agent-1"))).isFalse();
    }

    @Test
    void aCallThatIsOverBeginsAgainAndKnowsNothingOfWhatItWas() {
        Call over = calls.begin();
        decide(over, List.of("agent-1"));
        over.isUnsettled = true;
        calls.end(over);
        assertThat(over.decidedKey).as("the host's key is not held").isNull();

        Call again = calls.begin();
        assertThat(again).isSameAs(over);
        decide(again, List.of("agent-2"));
        assertThat(again.leavesUnsettled(site)).isFalse();
        assertThat(calls.hasDecided(site, List.of("agent-1"))).isFalse();
        assertThat(calls.hasDecided(site, List.of("agent-2"))).isTrue();
        calls.end(again);
    }

    @Test
    void aCallThatIsUnderWayIsNoOther() {
        Call around = calls.begin();
        decide(around, List.of("agent-1"));
        for (int i = 0; i < 3; i++) {
            Call within = calls.begin();
            assertThat(within).isNotSameAs(around);
            decide(within, List.of("agent-2"));
            calls.end(within);
            assertThat(calls.hasDecided(site, List.of("agent-2"))).isFalse();
        }

        assertThat(calls.hasDecided(site, List.of("agent-1"))).isTrue();
        calls.end(around);
        assertThat(calls.hasDecided(site, List.of("agent-1"))).isFalse();
    }

    /** As where a stack overflows at its exit. */
    @Test
    void aCallWithinWhichOneWasNeverEndedDoesNotBeginAgain() {
        Call around = calls.begin();
        Call neverEnded = calls.begin();
        decide(neverEnded, List.of("agent-1"));
        calls.end(around);

        assertThat(calls.hasDecided(site, List.of("agent-1"))).isFalse();
        Call next = calls.begin();
        assertThat(next).isNotSameAs(around).isNotSameAs(neverEnded);
        calls.end(next);
    }

    /** A future or a subscriber may hold it still. */
    @Test
    void aLastingCallDoesNotBeginAgain() {
        LastingCall lasting = calls.beginLasting();
        lasting.sessionId = "s";
        calls.end(lasting);

        Call next = calls.begin();
        assertThat(next).isNotSameAs(lasting);
        calls.end(next);
        assertThat(lasting.sessionId).isEqualTo("s");
    }

    @Test
    void theNearestResumeUnderWayTellsItsId() {
        assertThat(calls.resumedId()).isEmpty();
        outer.sessionId = "outer";
        LastingCall middle = calls.beginLasting();
        middle.sessionId = "middle";
        Call inner = calls.begin();

        assertThat(calls.resumedId()).contains("middle");
        calls.end(inner);
        calls.end(middle);
        assertThat(calls.resumedId()).contains("outer");
    }

    @Test
    void anotherThreadHasCallsOfItsOwn() {
        outer.sessionId = "outer";

        assertThat(CompletableFuture.supplyAsync(() -> Calls.ofThisThread().resumedId())
                        .join())
                .isEmpty();
    }

    private void decide(Call call, List<?> key) {
        call.decidedSite = site.place();
        call.decidedKey = key;
    }
}
