package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.weaving.Calls.Call;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.description.type.TypeDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final Absent ABSENT = new Absent.ByType(
            HostMethod.returning(TypeDescription.ForLoadedType.of(String.class).asGenericType(), null));
    private final Calls calls = Calls.ofThisThread();
    private final Call outer = calls.begin();
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
    void theNearestResumeUnderWayTellsItsId() {
        assertThat(calls.resumedId()).isEmpty();
        outer.sessionId = "outer";
        Call middle = calls.begin();
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
