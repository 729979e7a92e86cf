package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.resume.Evidence.Run;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumesTest {
    private static final String ID = "5b0c7c4e-9d0c-4d8e-8f3a-2f1f0e6a7b11";
    private static final String REFUSED = "No conversation found with session ID: " + ID;
    private static final String LIMIT = "API Error: Connection error.";

    private final RecordedEvents events = new RecordedEvents();
    private final RefusalText claude = RefusalText.ofClaude();
    private HostDatabase database;
    private Sessions sessions;
    private Resumes resumes;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
        SettableClock clock = new SettableClock();
        sessions = new Sessions(
                database.table(),
                new MaxSessionAge(86_400_000, clock),
                clock::nanoTime,
                events,
                new HeldWork(),
                false,
                () -> "a site");
        resumes = new Resumes(sessions, events);
        database.put("agent-1", ID, clock.millis());
        database.put("agent-2", ID, clock.millis());
        database.put("agent-3", "another", clock.millis());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRefusedResumeIsCountedWithItsTimeVetoedAndDropped() {
        long began = System.nanoTime() - Duration.ofSeconds(2).toNanos();

        Optional<String> refused = resumes.ended(claude, thrown(ID, failure(REFUSED), began));

        assertThat(refused).contains(ID);
        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(events.wasted().get(0)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(60));
        assertThat(sessions.isRefused(ID)).isTrue();
        assertThat(database.sessionIds()).containsExactly("another");
    }

    @Test
    void whereTheSiteTellsTheKeyOnlyTheRowUnderItIsDropped() {
        RuntimeException thrown = failure(REFUSED);

        resumes.ended(
                claude, new Evidence(Optional.of(ID), List.of("agent-1"), REFUSED, thrown, run(System.nanoTime())));

        assertThat(database.column("SELECT agent_id FROM agent_sessions")).containsExactly("agent-2", "agent-3");
    }

    @Test
    void withoutAnIdFromTheSiteTheTextTellsIt() {
        Optional<String> refused = resumes.ended(
                claude, new Evidence(Optional.empty(), List.of(), REFUSED, failure(REFUSED), run(System.nanoTime())));

        assertThat(refused).contains(ID);
        assertThat(database.sessionIds()).containsExactly("another");
    }

    @Test
    void aRefusalOfWhichNobodyKnowsTheIdIsCountedAndDropsNothing() {
        String text = "conversation not found";

        Optional<String> refused = resumes.ended(
                claude, new Evidence(Optional.empty(), List.of(), text, failure(text), run(System.nanoTime())));

        assertThat(refused).isEmpty();
        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).hasSize(3);
    }

    @Test
    void aTextThatNamesAnotherSessionRefusesNothingOfOurs() {
        Optional<String> refused = resumes.ended(claude, thrown("another", failure(REFUSED), System.nanoTime()));

        assertThat(refused).isEmpty();
        assertThat(database.sessionIds()).hasSize(3);
        assertThat(sessions.anyVetoed()).isFalse();
        assertThat(events.lines()).containsExactly("unclassified");
    }

    @Test
    void aTextThatShortensTheIdRefusesTheWholeOne() {
        resumes.ended(
                claude, thrown(ID, failure("No conversation found with session ID: 5b0c7c4e"), System.nanoTime()));

        assertThat(sessions.isRefused(ID)).isTrue();
        assertThat(database.sessionIds()).containsExactly("another");
    }

    @Test
    void anExceptionThatIsWrappedOnItsWayUpIsOneFailure() {
        long began = System.nanoTime();
        RuntimeException inner = failure(REFUSED);
        RuntimeException wrapped = new CompletionException(new IllegalArgumentException("dispatch failed", inner));

        resumes.ended(claude, thrown(ID, inner, began));
        resumes.ended(claude, thrown(ID, inner, began));
        // The outer site began later in time than the count, as on a thread that waited for the first.
        resumes.ended(claude, thrown(ID, wrapped, System.nanoTime()));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aResultThatIsPassedOnToAHandlerIsOneFailure() {
        HostResult result = new HostResult(REFUSED);

        resumes.ended(claude, new Evidence(Optional.of(ID), List.of(), REFUSED, result, run(System.nanoTime())));
        resumes.ended(claude, new Evidence(Optional.of(ID), List.of(), REFUSED, result, Optional.empty()));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void anErrorLineThatCameBeforeTheExceptionIsOneFailureWithIt() {
        long began = System.nanoTime();

        resumes.ended(claude, told(REFUSED));
        resumes.ended(claude, thrown(ID, failure("exit 1: " + REFUSED), began));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void theSameLineToldTwiceInsideOneAttemptIsOneFailure() {
        resumes.ended(claude, told(REFUSED));
        resumes.ended(claude, told(REFUSED));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void twoAttemptsOfOneIdAreTwoFailures() {
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void equalResultsOfTwoAttemptsAreTwoFailures() {
        for (int i = 0; i < 2; i++) {
            resumes.ended(
                    claude,
                    new Evidence(Optional.of(ID), List.of(), REFUSED, new HostResult(REFUSED), run(System.nanoTime())));
        }

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void aConstantOfTheHostTellsNoAttemptsApart() {
        for (int i = 0; i < 2; i++) {
            resumes.ended(
                    claude, new Evidence(Optional.of(ID), List.of(), REFUSED, Outcome.LOST, run(System.nanoTime())));
        }

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void refusalsOfManyIdsAtOnceAreCountedOnceAnAttempt() throws Exception {
        atOnce(8, thread -> {
            long began = System.nanoTime();
            String id = "session-" + thread / 2;
            String text = "No conversation found with session ID: " + id;
            resumes.ended(claude, thrown(id, failure(text), began));
        });

        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(8, "resume failed"));
        assertThat(List.of("session-0", "session-1", "session-2", "session-3")).allMatch(sessions::isRefused);
    }

    /** All five had begun before the first was refused, so that no time tells them apart. */
    @Test
    void fiveAttemptsOfOneIdAtOnceAreFiveFailures() throws Exception {
        long began = System.nanoTime();

        atOnce(5, thread -> resumes.ended(claude, thrown(ID, failure(REFUSED), began)));

        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(5, "resume failed"));
    }

    /** As the threads that read five processes' stderr do, before each run's own exception. */
    @Test
    void fiveAttemptsAtOnceWhoseLinesWereToldFirstAreFiveFailures() throws Exception {
        long began = System.nanoTime();

        for (int i = 0; i < 5; i++) {
            resumes.ended(claude, told(REFUSED));
        }
        atOnce(5, thread -> resumes.ended(claude, thrown(ID, failure("exit 1: " + REFUSED), began)));

        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(5, "resume failed"));
    }

    @Test
    void whatAnInnerSiteHasToldTheOuterOnesDoNotTellAgain() {
        CallChain chain = new CallChain();
        long outer = System.nanoTime();
        long inner = System.nanoTime();

        resumes.ended(claude, thrown(ID, failure(REFUSED), new Run(inner, chain, false)));
        // Without the cause: nothing but the call that it happened in tells that it is the same.
        resumes.ended(claude, thrown(ID, failure("dispatch failed: " + REFUSED), new Run(outer, chain, true)));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void whatAnInnerSiteHasToldWithoutTheIdTheOuterOneDoesNotTellAgainWithIt() {
        CallChain chain = new CallChain();
        String text = "conversation not found";
        Run outer = new Run(System.nanoTime(), chain, true);
        Run inner = new Run(System.nanoTime(), chain, false);

        resumes.ended(claude, new Evidence(Optional.empty(), List.of(), text, failure(text), Optional.of(inner)));
        resumes.ended(claude, thrown(ID, failure(text), outer));

        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(sessions.isRefused(ID)).isTrue();
    }

    @Test
    void twoAttemptsWithinOneOuterCallAreTwoFailures() {
        CallChain chain = new CallChain();
        Run outer = new Run(System.nanoTime(), chain, true);

        for (int attempt = 0; attempt < 2; attempt++) {
            resumes.ended(claude, thrown(ID, failure(REFUSED), new Run(System.nanoTime(), chain, false)));
        }
        resumes.ended(claude, thrown(ID, failure("gave up: " + REFUSED), outer));

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void aBadEndThatNoRuleKnowsIsCountedOnceAndDropsNothing() {
        RuntimeException inner = failure(LIMIT);
        CallChain chain = new CallChain();
        Run outer = new Run(System.nanoTime(), chain, true);

        assertThat(resumes.ended(claude, thrown(ID, inner, new Run(System.nanoTime(), chain, false))))
                .isEmpty();
        resumes.ended(claude, thrown(ID, new UncheckedIOException(new java.io.IOException(LIMIT, inner)), outer));
        resumes.ended(claude, thrown(ID, failure(LIMIT), System.nanoTime()));

        assertThat(events.lines()).containsExactly("unclassified", "unclassified");
        assertThat(database.sessionIds()).hasSize(3);
        assertThat(sessions.isRefused(ID)).isFalse();
    }

    /** As where the run is on a pool's thread and the dispatcher waits for it on its own. */
    @Test
    void aBadEndThatIsWrappedOnAnotherThreadIsCountedOnce() {
        RuntimeException inner = failure(LIMIT);

        resumes.ended(claude, thrown(ID, inner, System.nanoTime()));
        resumes.ended(claude, thrown(ID, new CompletionException(inner), System.nanoTime()));

        assertThat(events.lines()).containsExactly("unclassified");
    }

    /** A rule of the outer site's own may know what the inner one does not. */
    @Test
    void aBadEndThatAnOuterSiteKnowsForARefusalIsCountedAsOne() {
        RuntimeException inner = failure(LIMIT);

        resumes.ended(claude, thrown(ID, inner, System.nanoTime()));
        resumes.ended(
                RefusalText.matching(Pattern.compile("Connection error")),
                thrown(ID, new CompletionException(inner), System.nanoTime()));

        assertThat(events.lines()).containsExactly("unclassified", "resume failed");
        assertThat(sessions.isRefused(ID)).isTrue();
    }

    @Test
    void aBadEndAroundARefusalIsNotUnclassified() {
        CallChain chain = new CallChain();
        Run outer = new Run(System.nanoTime(), chain, true);

        resumes.ended(claude, thrown(ID, failure(REFUSED), new Run(System.nanoTime(), chain, false)));
        resumes.ended(claude, thrown(ID, failure("the agent gave up"), outer));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aLineOfALogThatIsNoRefusalIsNoBadEnd() {
        resumes.ended(claude, told(LIMIT));

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void whatTheAgentItselfThrowsAgainIsNoAttempt() {
        RuntimeException again = failure(REFUSED);

        CallChain chain = new CallChain();
        Run outer = new Run(System.nanoTime(), chain, true);

        resumes.standsForNoAttempt(ID, again, chain);
        resumes.ended(claude, thrown(ID, new IllegalStateException("retry failed", again), System.nanoTime()));
        // A host that makes its own exception of it, without the cause.
        resumes.ended(claude, thrown(ID, failure("retry failed: " + REFUSED), outer));

        assertThat(events.lines()).isEmpty();
        assertThat(sessions.isRefused(ID)).isTrue();
    }

    @Test
    void aLaterRunThatSucceedsLiftsTheVeto() {
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));

        resumes.succeeded(ID, System.nanoTime());

        assertThat(sessions.isRefused(ID)).isFalse();
    }

    @Test
    void aMethodThatReturnsNormallyAroundARefusalDoesNotLiftTheVeto() {
        long began = System.nanoTime();
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));

        resumes.succeeded(ID, began);

        assertThat(sessions.isRefused(ID)).isTrue();
    }

    private static Evidence thrown(String id, Throwable thrown, long began) {
        return thrown(id, thrown, new Run(began, new CallChain(), true));
    }

    private static Evidence thrown(String id, Throwable thrown, Run run) {
        StringBuilder text = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            text.append(at.getMessage()).append('\n');
        }
        return new Evidence(Optional.of(id), List.of(), text.toString(), thrown, Optional.of(run));
    }

    /** The outermost call of a failure site on its thread. */
    private static Optional<Run> run(long began) {
        return Optional.of(new Run(began, new CallChain(), true));
    }

    /** A line that a method is told on a thread that is in no run. */
    private static Evidence told(String line) {
        return new Evidence(Optional.of(ID), List.of(), line, line, Optional.empty());
    }

    private static void atOnce(int threads, IntConsumer work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(pool.submit(() -> {
                    start.await();
                    work.accept(thread);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static RuntimeException failure(String message) {
        return new IllegalStateException(message);
    }

    private record HostResult(String stderr) {}

    private enum Outcome {
        LOST
    }
}
