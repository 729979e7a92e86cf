package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.callsite.HostCall;
import dev.sessionttl.engine.callsite.HostMember;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.config.StaleProcess;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.resume.AgentCommands;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.RefusalText;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a woven method does when it is entered and left, without the weaving. */
class SitesTest {
    private static final String REFUSED = "No conversation found with session ID: dead";

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final Calls calls = Calls.ofThisThread();
    private HostDatabase database;
    private Sessions sessions;
    private Resumes resumes;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
        sessions = new Sessions(
                database.table(),
                new MaxSessionAge(86_400_000, clock),
                clock::nanoTime,
                events,
                new HeldWork(),
                false,
                () -> "a site");
        resumes = new Resumes(sessions, events);
        database.put("agent-1", "stale", clock.ago(Duration.ofHours(25)));
        database.put("agent-2", "fresh", clock.ago(Duration.ofHours(1)));
        database.put("agent-3", "dead", clock.ago(Duration.ofHours(1)));
    }

    @AfterEach
    void close() {
        database.close();
        assertThat(calls.resumedId()).as("every call was ended").isEmpty();
    }

    @Test
    void aReadByKeyOfAStaleSessionSkipsTheBodyAndHandsOutAbsent() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);

        assertThat(enter(find, "agent-1")).isEqualTo(new Object[] {Optional.empty(), null});
        assertThat(database.sessionIds()).containsExactly("dead", "fresh");
    }

    @Test
    void aReadByKeyOfAFreshSessionRunsTheBodyAndKeepsWhatItReturns() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);

        Object call = enter(find, "agent-2");
        assertThat(call).isInstanceOf(Call.class);
        assertThat(exit(find, call, Optional.of("fresh"), null)).isNull();
    }

    @Test
    void onlyAStartOfAnAgentsCliIsFollowed() throws Exception {
        ProcessWatch watch =
                new ProcessWatch(resumes, sessions, new AgentCommands(List.of()), (millis, work) -> {}, events);
        ProcessSite process = new ProcessSite(watch, StaleProcess.OBSERVE);
        WovenMethod read = read(Process.class, List.of("arg0"), null);
        WovenMethod start = WovenMethod.of("a site", List.of(process), "java.lang.Process", false);
        WovenMethod startThatIsRead =
                WovenMethod.of("a site", List.of(process, read.reads().get(0)), "java.lang.Process", false);
        ProcessBuilder git = new ProcessBuilder("git", "log", "-p");

        assertThat(start.startsAnotherProgram(git)).isTrue();
        assertThat(start.startsAnotherProgram(new ProcessBuilder("sh", "-c", "exec claude -p hello")))
                .isFalse();
        assertThat(startThatIsRead.startsAnotherProgram(git)).isFalse();
        assertThat(read.startsAnotherProgram(git)).isFalse();
    }

    @Test
    void aKeyThatHasNoValueLeavesTheHostAsItIs() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0.id"), null);
        WovenMethod beyond = read(Optional.class, List.of("arg7"), null);

        assertThat(exit(find, enter(find, "agent-1"), Optional.of("stale"), null))
                .isNull();
        assertThat(exit(find, enter(find, new Object[] {null}), Optional.of("stale"), null))
                .isNull();
        assertThat(exit(beyond, enter(beyond, "agent-1"), Optional.of("stale"), null))
                .isNull();
        assertThat(database.sessionIds()).contains("stale");
    }

    @Test
    void ofACompositeKeyEveryPathMustHaveAValue() throws Exception {
        ValuePath first = ValuePath.parse("arg0");
        ValuePath second = ValuePath.parse("arg1.id");
        UUID id = UUID.randomUUID();

        assertThat(ReadSite.valuesOf(List.of(first, second), null, new Object[] {"p", Map.of("id", id)}))
                .isEqualTo(List.of("p", id));
        assertThat(ReadSite.valuesOf(List.of(first, second), null, new Object[] {"p", Map.of()}))
                .isEmpty();
    }

    @Test
    void aKeyMayBeTakenFromTheReceiver() throws Exception {
        WovenMethod find = read(String.class, List.of("this.agentId"), null);

        Object entered = find.entered(sessions, resumes, calls, new Agent("agent-1"), new Object[0]);

        assertThat(entered).isEqualTo(new Object[] {null, null});
    }

    @Test
    void aNestedReadOfTheSameKeyDecidesOnce() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        Object outer = enter(find, "agent-2");
        database.execute("UPDATE agent_sessions SET last_used_at = ?", clock.ago(Duration.ofHours(30)));

        Object inner = enter(find, "agent-2");
        assertThat(inner).isInstanceOf(Call.class);
        assertThat(exit(find, inner, Optional.of("fresh"), null)).isNull();
        assertThat(enter(find, "agent-1")).isInstanceOf(Object[].class);
        assertThat(exit(find, outer, Optional.of("fresh"), null)).isNull();
        assertThat(enter(find, "agent-2")).isInstanceOf(Object[].class);
    }

    @Test
    void aReadThatCallsItselfForOtherKeysDecidesOnEachOnce() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        Object outer = enter(find, "agent-2");
        Object middle = enter(find, "agent-3");
        database.execute("UPDATE agent_sessions SET last_used_at = ?", clock.ago(Duration.ofHours(30)));

        assertThat(enter(find, "agent-1")).isInstanceOf(Object[].class);
        Object again = enter(find, "agent-2");
        assertThat(again).isInstanceOf(Call.class);
        exit(find, again, Optional.of("fresh"), null);
        Object inner = enter(find, "agent-3");
        assertThat(inner).isInstanceOf(Call.class);
        exit(find, inner, Optional.of("dead"), null);
        exit(find, middle, Optional.of("dead"), null);

        assertThat(enter(find, "agent-3")).isInstanceOf(Object[].class);
        Object still = enter(find, "agent-2");
        assertThat(still).isInstanceOf(Call.class);
        exit(find, still, Optional.of("fresh"), null);
        exit(find, outer, Optional.of("fresh"), null);
        assertThat(database.sessionIds()).containsExactly("fresh");
    }

    @Test
    void aBodyThatThrowsEndsWhatWasDecidedOnItsKey() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        Object outer = enter(find, "agent-2");
        Object inner = enter(find, "agent-3");
        exit(find, inner, null, new IllegalStateException());
        database.execute("UPDATE agent_sessions SET last_used_at = ?", clock.ago(Duration.ofHours(30)));

        assertThat(enter(find, "agent-3")).isInstanceOf(Object[].class);
        exit(find, outer, null, new IllegalStateException());
        assertThat(enter(find, "agent-2")).isInstanceOf(Object[].class);
        assertThat(database.sessionIds()).containsExactly("stale");
    }

    /** A table that is being written: the host's own answer settles what to make of the key. */
    @Test
    void whatTheHostsAnswerIsToSettleIsNotForgottenForAReadWithinItsBody() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        Optional<Object> ofNoId = Optional.of(Map.of());
        database.holdTheWriteLock();
        Object outer = enter(find, "agent-1");
        database.letGoOfTheLock();

        assertThat(exit(find, enter(find, "agent-2"), ofNoId, null)).isNull();
        assertThat(exit(find, outer, ofNoId, null)).isEqualTo(new Object[] {Optional.empty(), null});
        assertThat(exit(find, enter(find, "agent-2"), ofNoId, null))
                .as("the next call settles nothing")
                .isNull();
    }

    @Test
    void aTypeThatCannotHoldAbsentRunsItsBodyWhichThenFindsNoRow() throws Exception {
        WovenMethod find = read(String[].class, List.of("arg0"), null);

        Object call = enter(find, "agent-1");

        assertThat(call).isInstanceOf(Call.class);
        assertThat(exit(find, call, new String[0], null)).isNull();
        assertThat(database.sessionIds()).doesNotContain("stale");
    }

    @Test
    void anIdThatIsReturnedIsJudgedOnExit() throws Exception {
        WovenMethod find = read(Agent.class, List.of(), "return.agentId");

        assertThat(exit(find, enter(find, "x"), new Agent("stale"), null)).isEqualTo(new Object[] {null, null});
        assertThat(exit(find, enter(find, "x"), new Agent("fresh"), null)).isNull();
        assertThat(exit(find, enter(find, "x"), new Agent("unknown"), null)).isNull();
        assertThat(exit(find, enter(find, "x"), null, null)).isNull();
        assertThat(exit(find, enter(find, "x"), null, new IllegalStateException()))
                .isNull();
        assertThat(database.sessionIds()).containsExactly("dead", "fresh");
    }

    @Test
    void anIdThatOnlyACacheOfTheHostStillHasIsWithheldOnExit() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        sessions.refused("dead", List.of());

        assertThat(exit(find, enter(find, "agent-3"), Optional.of("dead"), null))
                .isEqualTo(new Object[] {Optional.empty(), null});
        assertThat(exit(find, enter(find, "agent-3"), Optional.of("another"), null))
                .isNull();
    }

    @Test
    void aThrownRefusalIsCountedAndTheIdOfTheArgumentIsDropped() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");

        assertThat(exit(resume, enter(resume, "dead"), null, new IllegalStateException(REFUSED)))
                .isNull();

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void aReturnedRefusalIsCountedToo() throws Exception {
        WovenMethod resume = failure(Result.class, "arg0", "return.stderr");

        exit(resume, enter(resume, "dead"), new Result("dead", REFUSED), null);

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void theIdMayBeTakenFromWhatIsReturned() throws Exception {
        WovenMethod resume = failure(Result.class, "return.sessionId", "return.stderr");

        exit(resume, enter(resume, "x"), new Result("dead", "conversation not found"), null);

        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void aLineThatAMethodIsToldInsideAResumeIsOfTheIdThatIsResumed() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        WovenMethod onError = failure(void.class, null, "arg0");
        Object resuming = enter(resume, "dead");

        exit(onError, enter(onError, "conversation not found"), null, null);
        exit(resume, resuming, null, new IllegalStateException("exit 1: conversation not found"));

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void aMethodThatIsToldAnythingElseChangesNothing() throws Exception {
        WovenMethod onError = failure(void.class, null, "arg0");

        exit(onError, enter(onError, "warning: slow disk"), null, null);
        exit(onError, enter(onError, new Object[] {null}), null, null);

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRetryOfARefusedIdFailsAtOnceByTheSameFailureAndIsNotCounted() throws Exception {
        WovenMethod resume = failure(int.class, "arg0", "thrown");
        exit(resume, enter(resume, "dead"), 0, new IllegalStateException(REFUSED));

        Object retried = enter(resume, "dead");

        assertThat(retried).isInstanceOf(Object[].class);
        assertThat(((Object[]) retried)[0]).isEqualTo(0);
        assertThat(((Object[]) retried)[1])
                .isInstanceOfSatisfying(
                        IllegalStateException.class, again -> assertThat(again).hasMessage(REFUSED));
        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(enter(resume, "fresh")).isInstanceOfSatisfying(Call.class, calls::end);
    }

    @Test
    void anIdThatWasRefusedElsewhereIsTriedWhereNoFailureIsKnown() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        sessions.refused("dead", List.of());

        Object entered = enter(resume, "dead");

        assertThat(entered).isInstanceOf(Call.class);
        exit(resume, entered, "answer", null);
        assertThat(sessions.isRefused("dead"))
                .as("a run that succeeds lifts the veto")
                .isFalse();
    }

    @Test
    void aBadEndThatNoRuleKnowsIsCountedAndVetoesNothing() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");

        exit(resume, enter(resume, "fresh"), null, new IllegalStateException("API Error"));

        assertThat(events.lines()).containsExactly("unclassified");
        assertThat(sessions.anyVetoed()).isFalse();
        assertThat(enter(resume, "fresh")).isInstanceOfSatisfying(Call.class, calls::end);
    }

    @Test
    void anAttemptSeenByTwoNestedSitesIsOneFailureThoughTheHostMakesAnExceptionOfItsOwn() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        Object outer = enter(dispatch, "dead");
        Object inner = enter(resume, "dead");

        exit(resume, inner, null, new IllegalStateException(REFUSED));
        exit(dispatch, outer, null, new IllegalArgumentException("dispatch failed: " + REFUSED));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void anInnerSiteThatDoesNotKnowTheIdAndAnOuterOneThatDoesAreOneFailure() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod run = failure(String.class, null, "thrown");
        Object outer = enter(dispatch, "dead");
        Object inner = enter(run, "claude");

        exit(run, inner, null, new IllegalStateException("conversation not found"));
        exit(dispatch, outer, null, new IllegalStateException("conversation not found"));

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void twoAttemptsInsideOneDispatchAreTwoFailures() throws Exception {
        WovenMethod dispatch = failure(String.class, null, "thrown");
        WovenMethod resume = failure(String.class, "arg0", "return");
        Object outer = enter(dispatch, "agent-3");

        exit(resume, enter(resume, "dead"), REFUSED, null);
        exit(resume, enter(resume, "dead"), REFUSED, null);
        exit(dispatch, outer, null, new IllegalStateException("gave up: " + REFUSED));

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    /** The retry was no attempt, and neither is what the host makes of its failure further out. */
    @Test
    void anExceptionThatTheHostMakesAnewAfterARetryThatFailedAtOnceIsNotCounted() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        exit(resume, enter(resume, "dead"), null, new IllegalStateException(REFUSED));
        assertThat(events.lines()).containsExactly("resume failed");

        Object outer = enter(dispatch, "dead");
        assertThat(enter(resume, "dead")).isInstanceOf(Object[].class);
        exit(dispatch, outer, null, new IllegalArgumentException("dispatch failed: " + REFUSED));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void anExceptionOfUnknownTextAfterARetryThatFailedAtOnceIsNotUnclassified() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        exit(resume, enter(resume, "dead"), null, new IllegalStateException(REFUSED));

        Object outer = enter(dispatch, "dead");
        enter(resume, "dead");
        exit(dispatch, outer, null, new IllegalArgumentException("dispatch failed"));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aLineThatIsToldOnAnotherThreadAndTheRunsExceptionAreOneFailure() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        WovenMethod onError = failure(void.class, null, "arg0");
        Object resuming = enter(resume, "dead");

        onAnotherThread(() -> exit(onError, enter(onError, REFUSED), null, null));
        exit(resume, resuming, null, new IllegalStateException("exit 1: " + REFUSED));

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void fiveAttemptsOfOneIdUnderWayTogetherAreFiveFailuresAndTheLastOneDropsTheRow() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        List<Object> underWay = new ArrayList<>();
        List<Calls> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            onAnotherThread(() -> {
                threads.add(Calls.ofThisThread());
                underWay.add(enter(resume, "dead"));
            });
        }

        for (int i = 0; i < 5; i++) {
            assertThat(database.sessionIds()).contains("dead");
            resume.exited(sessions, resumes, (Call) underWay.get(i), null, new IllegalStateException(REFUSED));
            threads.get(i).end((Call) underWay.get(i));
        }

        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(5, "resume failed"));
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void anIdThatIsBeingResumedIsNotExpiredMeanwhileHoweverItsRunEnds() throws Exception {
        WovenMethod find = read(Optional.class, List.of("arg0"), null);
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        Object answered = enter(resume, "stale");
        assertThat(sessions.isInUse("stale")).isTrue();
        Object reading = enter(find, "agent-1");
        assertThat(exit(find, reading, Optional.of("stale"), null)).isNull();
        exit(resume, answered, "answer", null);
        assertThat(sessions.isInUse("stale")).isFalse();

        exit(resume, enter(resume, "stale"), null, new IllegalStateException("API Error"));
        assertThat(sessions.isInUse("stale")).isFalse();

        assertThat(enter(find, "agent-1")).isInstanceOf(Object[].class);
    }

    @Test
    void aResumeThatTwoNestedSitesSeeIsOneInUse() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        Object outer = enter(dispatch, "dead");
        Object inner = enter(resume, "dead");

        exit(resume, inner, null, new IllegalStateException(REFUSED));

        assertThat(sessions.isRefused("dead")).isTrue();
        exit(dispatch, outer, null, new IllegalStateException(REFUSED));
        assertThat(sessions.isInUse("dead")).isFalse();
    }

    @Test
    void aMethodThatIsOnlyToldOfAResumeRunsNone() throws Exception {
        WovenMethod onError = failure(void.class, "arg1", "arg0");

        Object call = enter(onError, "warning: slow disk", "fresh");

        assertThat(sessions.isInUse("fresh")).isFalse();
        exit(onError, call, null, null);
    }

    @Test
    void ofABadEndThatNoRuleKnowsOnlyTheOutermostSiteTells() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        Object outer = enter(dispatch, "fresh");

        exit(resume, enter(resume, "fresh"), null, new IllegalStateException("API Error"));
        assertThat(events.lines()).isEmpty();
        exit(dispatch, outer, null, new IllegalArgumentException("dispatch failed"));

        assertThat(events.lines()).containsExactly("unclassified");
    }

    @Test
    void aBadEndThatTheHostMadeGoodItselfIsNotTold() throws Exception {
        WovenMethod dispatch = failure(String.class, "arg0", "thrown");
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        Object outer = enter(dispatch, "fresh");

        exit(resume, enter(resume, "fresh"), null, new IllegalStateException("API Error"));
        exit(dispatch, outer, "answer of the second try", null);

        assertThat(events.lines()).isEmpty();
    }

    /** A call without an id begins a session, and resumes none. */
    @Test
    void aBadEndOfACallThatWasAskedToResumeNothingIsNotUnclassified() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        WovenMethod withoutPath = failure(String.class, null, "thrown");

        exit(resume, enter(resume, new Object[] {null}), null, new IllegalStateException("API Error"));
        assertThat(events.lines()).isEmpty();
        exit(withoutPath, enter(withoutPath, "x"), null, new IllegalStateException("API Error"));

        assertThat(events.lines()).containsExactly("unclassified");
    }

    @Test
    void aPlainTextThatIsReturnedIsAnAnswerAndNotUnclassified() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "return");

        exit(resume, enter(resume, "fresh"), "Here is what I found.", null);
        assertThat(events.lines()).isEmpty();
        exit(resume, enter(resume, "dead"), REFUSED, null);

        assertThat(events.lines()).containsExactly("resume failed");
    }

    /** As in a host whose cache hands out the row, by the accessor that is called as the column. */
    @Test
    void anIdInsideARowThatOnlyACacheOfTheHostStillHasIsWithheldOnExit() throws Exception {
        WovenMethod find = read(Agent.class, List.of("arg0"), null);
        sessions.refused("dead", List.of());

        assertThat(exit(find, enter(find, "agent-3"), new Agent("dead"), null)).isEqualTo(new Object[] {null, null});
        assertThat(exit(find, enter(find, "agent-3"), new Agent("fresh"), null)).isNull();
    }

    @Test
    void whatADriverOpensIsToldWithTheLoaderOfThatDriverAndThatItCloses() {
        List<Object> told = new ArrayList<>();
        ClassWatch watch = new ClassWatch() {
            @Override
            public void sqliteDriverLoadedBy(ClassLoader loader) {}

            @Override
            public void sqliteDriversWereUsedBy(Set<ClassLoader> loaders) {}

            @Override
            public void sqliteDriverOpens(String name, Object connection, ClassLoader loader) {
                told.add(name);
                told.add(connection);
                told.add(loader);
            }

            @Override
            public void sqliteDriverCloses(Object connection) {
                told.add("closes");
                told.add(connection);
            }

            @Override
            public void micrometerLoadedBy(ClassLoader loader) {}

            @Override
            public void managementBegins() {}

            @Override
            public void mainBegins() {}
        };
        List<WovenMethod> driver = DriverSite.of(watch).stream()
                .map(site -> WovenMethod.of("a site", List.of(site), "java.lang.Object", false))
                .toList();
        ClassLoader loader = SitesTest.class.getClassLoader();

        // As a driver of today's opens, one of 2017's, and as all close.
        for (Object[] arguments : new Object[][] {{"/data/host.db", 6}, {new Object(), "/data/host.db", 6}}) {
            driver.get(0).told(resumes, calls, this, arguments);
        }
        driver.get(1).told(resumes, calls, this, new Object[0]);

        assertThat(told).containsExactly("/data/host.db", this, loader, "/data/host.db", this, loader, "closes", this);
    }

    @Test
    void anIdThatAFutureBringsIsJudgedWhenItArrives() throws Exception {
        WovenMethod find = read(CompletableFuture.class, List.of(), "return.agentId");
        CompletableFuture<Agent> stale = new CompletableFuture<>();
        CompletableFuture<Agent> fresh = new CompletableFuture<>();

        CompletableFuture<?> decidedStale = future(exit(find, enter(find, "x"), stale, null));
        CompletableFuture<?> decidedFresh = future(exit(find, enter(find, "x"), fresh, null));
        assertThat(database.sessionIds()).contains("stale");
        stale.complete(new Agent("stale"));
        fresh.complete(new Agent("fresh"));

        assertThat(decidedStale).isCompletedWithValue(null);
        assertThat(decidedFresh.join()).isEqualTo(new Agent("fresh"));
        assertThat(database.sessionIds()).containsExactly("dead", "fresh");
    }

    @Test
    void aFutureThatIsToBeDecidedFailsAndIsCancelledLikeTheHostsOwn() throws Exception {
        WovenMethod find = read(CompletableFuture.class, List.of(), "return.agentId");
        CompletableFuture<Agent> failing = new CompletableFuture<>();
        CompletableFuture<Agent> cancelled = new CompletableFuture<>();
        CompletableFuture<?> decided = future(exit(find, enter(find, "x"), failing, null));
        IllegalStateException failure = new IllegalStateException("no connection");

        failing.completeExceptionally(failure);
        future(exit(find, enter(find, "x"), cancelled, null)).cancel(true);

        assertThatThrownBy(decided::get).hasCause(failure);
        assertThat(cancelled).isCancelled();
    }

    @Test
    void aFutureThatFailsByARefusalIsCountedOnceAndItsIdIsInUseUntilThen() throws Exception {
        WovenMethod dispatch = failure(CompletableFuture.class, "arg0", "thrown");
        WovenMethod resume = failure(CompletableFuture.class, "arg0", "thrown");
        CompletableFuture<String> running = new CompletableFuture<>();
        Object outer = enter(dispatch, "dead");
        assertThat(exit(resume, enter(resume, "dead"), running, null)).isNull();
        assertThat(exit(dispatch, outer, running.exceptionally(e -> rethrown(e)), null))
                .isNull();
        assertThat(sessions.isInUse("dead")).isTrue();

        onAnotherThread(() -> running.completeExceptionally(new IllegalStateException(REFUSED)));

        assertThat(sessions.isInUse("dead")).isFalse();
        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
        assertThat(future((Object[]) enter(resume, "dead"))).isCompletedExceptionally();
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aFutureThatBringsAResultIsReadLikeOneThatIsReturned() throws Exception {
        WovenMethod resume = failure(CompletableFuture.class, "arg0", "return.stderr");
        CompletableFuture<Result> refused = new CompletableFuture<>();
        CompletableFuture<Result> again = new CompletableFuture<>();
        exit(resume, enter(resume, "dead"), refused, null);
        refused.complete(new Result("dead", REFUSED));
        assertThat(sessions.isRefused("dead")).isTrue();

        exit(resume, enter(resume, "dead"), again, null);
        again.complete(new Result("dead", ""));

        assertThat(sessions.isRefused("dead"))
                .as("a run that succeeds lifts the veto")
                .isFalse();
        assertThat(sessions.isInUse("dead")).isFalse();
    }

    @Test
    void aResumeThatIsEnteredAgainBeforeItIsBackIsOneRun() {
        InUse inUse = new InUse();
        inUse.begins(sessions, "dead");
        inUse.begins(sessions, "dead");
        inUse.ends(sessions, "dead");
        assertThat(sessions.isInUse("dead")).isTrue();

        sessions.refused("dead", List.of());
        inUse.ends(sessions, "dead");
        inUse.ends(sessions, "dead");

        assertThat(database.sessionIds()).as("no other run was under way").containsExactly("fresh", "stale");
        assertThat(sessions.isInUse("dead")).isFalse();
    }

    @Test
    void aConstructorIsReadOnceItsObjectIsMade() throws Exception {
        WovenMethod constructor = failure(void.class, "this.sessionId", "this.stderr");
        WovenMethod given = failure(void.class, "arg0", "arg1");
        Result result = new Result("dead", REFUSED);

        given.built(resumes, calls, result, new Object[] {"dead", REFUSED});
        constructor.built(resumes, calls, result, new Object[] {"x"});

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void aConstructorInsideARunTellsOfThatRun() throws Exception {
        WovenMethod resume = failure(String.class, "arg0", "thrown");
        WovenMethod constructor = failure(void.class, null, "this.stderr");
        Object resuming = enter(resume, "dead");

        constructor.built(resumes, calls, new Result("?", "conversation not found"), new Object[0]);
        exit(resume, resuming, null, new IllegalArgumentException("exit 1: conversation not found"));

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).containsExactly("fresh", "stale");
    }

    @Test
    void aGetterAsksTheTableOnceAMoment() throws Exception {
        WovenMethod get = read(String.class, List.of(), "return");
        assertThat(get.isDecidedOnExitAlone()).isTrue();
        assertThat(get.handedOut(sessions, "fresh")).isNull();
        database.execute("UPDATE agent_sessions SET last_used_at = ?", clock.ago(Duration.ofHours(30)));

        clock.advance(Duration.ofMillis(999));
        assertThat(get.handedOut(sessions, "fresh")).isNull();
        clock.advance(Duration.ofMillis(1));

        assertThat(get.handedOut(sessions, "fresh")).isEqualTo(new Object[] {null, null});
        assertThat(get.handedOut(sessions, "fresh")).as("and stays absent").isEqualTo(new Object[] {null, null});
    }

    @Test
    void aFieldThatHoldsAStaleIdIsClearedOnEntry() throws Exception {
        WovenMethod turn = onEntry("this.sessionId", Optional.empty());
        Runner stale = new Runner("stale");
        Runner fresh = new Runner("fresh");

        for (Runner runner : List.of(stale, fresh)) {
            Object call = turn.entered(sessions, resumes, calls, runner, new Object[0]);
            assertThat(exit(turn, call, null, null)).isNull();
        }

        assertThat(stale.sessionId).isNull();
        assertThat(fresh.sessionId).isEqualTo("fresh");
        assertThat(database.sessionIds()).containsExactly("dead", "fresh");
    }

    @Test
    void insteadTheHostsOwnMethodMayForgetTheSession() throws Exception {
        WovenMethod turn = onEntry("this.sessionId", Optional.of("this.reset()"));
        Runner stale = new Runner("stale");

        exit(turn, turn.entered(sessions, resumes, calls, stale, new Object[0]), null, null);

        assertThat(stale.sessionId).isEqualTo("reset");
    }

    @Test
    void onlyTheIdIsLeftOutOfARecordWhereTheConfigSaysSo() throws Exception {
        HostMember id = HostMember.parse("return.sessionId", Access.NONE);
        WovenMethod find = reading(List.of(), "return.sessionId", new NullField("reads[0]", id));

        assertThat(exit(find, enter(find, "x"), new Result("stale", "kept"), null))
                .isEqualTo(new Object[] {new Result(null, "kept"), null});
        assertThat(exit(find, enter(find, "x"), Optional.of(new Result("stale", "kept")), null))
                .isEqualTo(new Object[] {Optional.of(new Result(null, "kept")), null});
        assertThat(exit(find, enter(find, "x"), new Result("fresh", "kept"), null))
                .isNull();
    }

    @Test
    void inAnyOtherObjectTheFieldIsSetToNull() throws Exception {
        HostMember id = HostMember.parse("return.sessionId", Access.NONE);
        WovenMethod find = reading(List.of("arg0"), "return.sessionId", new NullField("reads[0]", id));
        Runner stale = new Runner("stale");

        assertThat(exit(find, enter(find, "agent-1"), stale, null)).isEqualTo(new Object[] {stale, null});
        assertThat(stale.sessionId).isNull();
    }

    /** Where the key is known the row goes before the body runs, and the body finds what it finds. */
    @Test
    void theRowOfARecordThatIsOnlyToLoseItsIdGoesOnEntryAndTheBodyRuns() throws Exception {
        HostMember id = HostMember.parse("return.sessionId", Access.NONE);
        WovenMethod find = reading(List.of("arg0"), "return.sessionId", new NullField("reads[0]", id));

        Object call = enter(find, "agent-1");

        assertThat(call).isInstanceOfSatisfying(Call.class, calls::end);
        assertThat(database.sessionIds()).containsExactly("dead", "fresh");
    }

    @Test
    void whatTheConfigCallsIsHandedOut() throws Exception {
        WovenMethod find = reading(List.of("arg0"), null, absentBy("#NONE"));

        assertThat(enter(find, "agent-1")).isEqualTo(new Object[] {Runner.NONE, null});
    }

    @ParameterizedTest
    @ValueSource(strings = {"#GONE", "#OF_ANOTHER_TYPE"})
    void aCallThatGivesNothingFitsNotAndTheBodyRuns(String member) throws Exception {
        WovenMethod find = reading(List.of("arg0"), null, absentBy(member));

        assertThatThrownBy(() -> find.entered(sessions, resumes, calls, null, new Object[] {"agent-1"}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reads[0].absent: " + Runner.class.getName() + member + " gives");
    }

    private static Absent absentBy(String member) throws SyntaxException {
        return new Absent.ByCall("reads[0]", HostCall.parse(Runner.class.getName() + member), returning(Runner.class));
    }

    private static WovenMethod onEntry(String clear, Optional<String> call) throws SyntaxException {
        Optional<HostMember> called =
                call.isPresent() ? Optional.of(HostMember.parse(call.get(), Access.NONE)) : Optional.empty();
        ClearOnEnter onEnter =
                new ClearOnEnter("reads[0]", ValuePath.parse(clear), HostMember.parse(clear, Access.NONE), called);
        return method(
                void.class,
                List.of(new ReadSite(
                        "reads[0]",
                        List.of(),
                        Optional.empty(),
                        ValuePath.parse("return.agentId"),
                        Optional.of(onEnter),
                        false,
                        false,
                        new Absent.ByType(returning(void.class)))),
                List.of());
    }

    private static CompletableFuture<?> future(@Nullable Object @Nullable [] holder) {
        return (CompletableFuture<?>) Objects.requireNonNull(Objects.requireNonNull(holder)[0]);
    }

    private static String rethrown(Throwable failure) {
        throw new IllegalArgumentException("dispatch failed", failure);
    }

    private static void onAnotherThread(Runnable work) {
        CompletableFuture.runAsync(work, command -> new Thread(command).start()).join();
    }

    private Object enter(WovenMethod method, @Nullable Object... arguments) {
        return method.entered(sessions, resumes, Calls.ofThisThread(), null, arguments);
    }

    private @Nullable Object @Nullable [] exit(
            WovenMethod method, Object call, @Nullable Object returned, @Nullable Throwable thrown) {
        try {
            return method.exited(sessions, resumes, (Call) call, returned, thrown);
        } finally {
            Calls.ofThisThread().end((Call) call);
        }
    }

    private static WovenMethod read(Class<?> returnType, List<String> key, @Nullable String sessionId)
            throws SyntaxException {
        return reading(key, sessionId, new Absent.ByType(returning(returnType)));
    }

    private static WovenMethod reading(List<String> key, @Nullable String sessionId, Absent absent)
            throws SyntaxException {
        List<ValuePath> paths = new ArrayList<>();
        for (String path : key) {
            paths.add(ValuePath.parse(path));
        }
        ValuePath likely = ValuePath.parse("return.agentId");
        return method(
                Object.class,
                List.of(new ReadSite(
                        "reads[0]", paths, path(sessionId), likely, Optional.empty(), false, false, absent)),
                List.of());
    }

    private static WovenMethod failure(Class<?> returnType, @Nullable String sessionId, String text)
            throws SyntaxException {
        return method(
                returnType,
                List.of(),
                List.of(new FailureSite(
                        path(sessionId),
                        List.of(),
                        ValuePath.parse(text),
                        RefusalText.ofClaude(),
                        new KnownFailures())));
    }

    private static WovenMethod method(Class<?> returnType, List<ReadSite> reads, List<FailureSite> failures) {
        List<Site> sites = new ArrayList<>(reads);
        sites.addAll(failures);
        return WovenMethod.of("a site", sites, returnType.getTypeName(), false);
    }

    private static HostMethod returning(Class<?> returnType) {
        return Declared.returning(returnType);
    }

    private static Optional<ValuePath> path(@Nullable String text) throws SyntaxException {
        return text == null ? Optional.empty() : Optional.of(ValuePath.parse(text));
    }

    private record Agent(String agentId) {}

    private record Result(@Nullable String sessionId, String stderr) {}

    @SuppressWarnings("unused") // found by name
    private static final class Runner {
        static final Runner NONE = new Runner("none");
        static final String OF_ANOTHER_TYPE = "none";
        private @Nullable String sessionId;

        Runner(String sessionId) {
            this.sessionId = sessionId;
        }

        private void reset() {
            sessionId = "reset";
        }
    }
}
