package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
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
        sessions = new Sessions(database.table(), new MaxSessionAge(86_400_000, clock), events, new HeldWork(), false);
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
                claude, new Evidence(Optional.of(ID), List.of("agent-1"), REFUSED, thrown, System.nanoTime(), true));

        assertThat(database.column("SELECT agent_id FROM agent_sessions")).containsExactly("agent-2", "agent-3");
    }

    @Test
    void withoutAnIdFromTheSiteTheTextTellsIt() {
        Optional<String> refused = resumes.ended(
                claude, new Evidence(Optional.empty(), List.of(), REFUSED, failure(REFUSED), System.nanoTime(), true));

        assertThat(refused).contains(ID);
        assertThat(database.sessionIds()).containsExactly("another");
    }

    @Test
    void aRefusalOfWhichNobodyKnowsTheIdIsCountedAndDropsNothing() {
        String text = "conversation not found";

        Optional<String> refused = resumes.ended(
                claude, new Evidence(Optional.empty(), List.of(), text, failure(text), System.nanoTime(), true));

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

        resumes.ended(claude, new Evidence(Optional.of(ID), List.of(), REFUSED, result, System.nanoTime(), true));
        resumes.ended(claude, new Evidence(Optional.of(ID), List.of(), REFUSED, result, System.nanoTime(), false));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void anErrorLineThatCameBeforeTheExceptionIsOneFailureWithIt() {
        long began = System.nanoTime();

        resumes.ended(claude, told(REFUSED, System.nanoTime() - Resumes.ONE_ATTEMPT.toNanos()));
        resumes.ended(claude, thrown(ID, failure("exit 1: " + REFUSED), began));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void theSameLineToldTwiceInsideOneAttemptIsOneFailure() {
        resumes.ended(claude, told(REFUSED, System.nanoTime() - Resumes.ONE_ATTEMPT.toNanos()));
        resumes.ended(claude, told(REFUSED, System.nanoTime() - Resumes.ONE_ATTEMPT.toNanos()));

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void twoAttemptsOfOneIdAreTwoFailures() {
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));
        resumes.ended(claude, thrown(ID, failure(REFUSED), System.nanoTime()));

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void aLineOfALaterAttemptIsAnotherFailure() {
        resumes.ended(claude, told(REFUSED, System.nanoTime() - Resumes.ONE_ATTEMPT.toNanos()));
        // As it looks to a line that comes long after the first.
        resumes.ended(claude, told(REFUSED, System.nanoTime()));

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void equalResultsOfTwoAttemptsAreTwoFailures() {
        for (int i = 0; i < 2; i++) {
            resumes.ended(
                    claude,
                    new Evidence(
                            Optional.of(ID), List.of(), REFUSED, new HostResult(REFUSED), System.nanoTime(), true));
        }

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void aConstantOfTheHostTellsNoAttemptsApart() {
        for (int i = 0; i < 2; i++) {
            resumes.ended(
                    claude, new Evidence(Optional.of(ID), List.of(), REFUSED, Outcome.LOST, System.nanoTime(), true));
        }

        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void refusalsOfManyIdsAtOnceAreCountedOnceEach() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Object>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String id = "session-" + i / 2;
                ends.add(pool.submit(() -> {
                    long began = System.nanoTime();
                    start.await();
                    String text = "No conversation found with session ID: " + id;
                    return resumes.ended(claude, thrown(id, failure(text), began));
                }));
            }
            for (Future<Object> end : ends) {
                end.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(4, "resume failed"));
        assertThat(List.of("session-0", "session-1", "session-2", "session-3")).allMatch(sessions::isRefused);
    }

    @Test
    void aBadEndThatNoRuleKnowsIsCountedOnceAndDropsNothing() {
        RuntimeException inner = failure(LIMIT);
        long began = System.nanoTime();

        assertThat(resumes.ended(claude, thrown(ID, inner, began))).isEmpty();
        resumes.ended(claude, thrown(ID, new UncheckedIOException(new java.io.IOException(LIMIT, inner)), began));
        resumes.ended(claude, thrown(ID, failure(LIMIT), System.nanoTime()));

        assertThat(events.lines()).containsExactly("unclassified", "unclassified");
        assertThat(database.sessionIds()).hasSize(3);
        assertThat(sessions.isRefused(ID)).isFalse();
    }

    @Test
    void aLineOfALogThatIsNoRefusalIsNoBadEnd() {
        resumes.ended(claude, told(LIMIT, System.nanoTime()));

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void whatTheAgentItselfThrowsAgainIsNoAttempt() {
        RuntimeException again = failure(REFUSED);

        resumes.standsForNoAttempt(again);
        resumes.ended(claude, thrown(ID, new IllegalStateException("retry failed", again), System.nanoTime()));

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
        StringBuilder text = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            text.append(at.getMessage()).append('\n');
        }
        return new Evidence(Optional.of(id), List.of(), text.toString(), thrown, began, true);
    }

    private static Evidence told(String line, long since) {
        return new Evidence(Optional.of(ID), List.of(), line, line, since, false);
    }

    private static RuntimeException failure(String message) {
        return new IllegalStateException(message);
    }

    private record HostResult(String stderr) {}

    private enum Outcome {
        LOST
    }
}
