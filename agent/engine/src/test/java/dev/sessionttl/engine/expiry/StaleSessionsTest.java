package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.resume.CallChain;
import dev.sessionttl.engine.resume.Evidence;
import dev.sessionttl.engine.resume.RefusalText;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.store.JdbcTable;
import dev.sessionttl.engine.store.Sweep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent was asked for, in four sentences, on a real file. */
class StaleSessionsTest {
    private static final Duration MAX_AGE = Duration.ofHours(24);

    private final SettableClock clock = new SettableClock();
    private final MaxSessionAge maxAge = new MaxSessionAge(MAX_AGE.toMillis(), clock);
    private final RecordedEvents events = new RecordedEvents();
    private HostDatabase database;
    private JdbcTable table;
    private Sessions sessions;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
        table = database.table();
        sessions = new Sessions(table, maxAge, clock::nanoTime, events, new HeldWork(), false, () -> "a site");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aSessionLastUsed25HoursAgoIsReadAsAbsentAndItsRowIsDeleted() {
        database.put("agent-1", "session-1", clock.ago(Duration.ofHours(25)));
        database.put("agent-2", "session-2", clock.ago(Duration.ofHours(25)));

        assertThat(sessions.readByKey(List.of("agent-1"))).isEqualTo(Verdict.ABSENT);

        assertThat(database.sessionIds()).containsExactly("session-2");
        assertThat(events.lines()).containsExactly("expired READ 1");
    }

    @Test
    void aSessionLastUsedAnHourAgoIsKept() {
        database.put("agent-1", "session-1", clock.ago(Duration.ofHours(1)));

        assertThat(sessions.readByKey(List.of("agent-1"))).isEqualTo(Verdict.LEAVE);

        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aFailedResumeDeletesTheRowOfItsSessionHoweverFresh() {
        database.put("agent-1", "dead-session", clock.ago(Duration.ofSeconds(1)));
        database.put("agent-2", "live-session", clock.ago(Duration.ofSeconds(1)));
        Throwable thrown = new IllegalStateException("No conversation found with session ID: dead-session");

        new Resumes(sessions, events)
                .ended(
                        RefusalText.ofClaude(),
                        new Evidence(
                                Optional.of("dead-session"),
                                List.of(),
                                String.valueOf(thrown.getMessage()),
                                thrown,
                                Optional.of(new Evidence.Run(System.nanoTime(), new CallChain(), true))));

        assertThat(database.sessionIds()).containsExactly("live-session");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void theSweepDropsTheRowsOlderThanTheMaxAgeAndOnlyThose() throws StoreException {
        for (int hours = 20; hours < 30; hours++) {
            database.put("agent-" + hours, "session-" + hours, clock.ago(Duration.ofHours(hours)));
        }
        List<String> told = new ArrayList<>();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            Sweep.Result result = new Sweep(table, maxAge, timer, sessions::isInUse, row -> told.add(row.sessionId()))
                    .run(new Sweep.Pace(2, 1_000, 0, 10_000));

            assertThat(result).isEqualTo(new Sweep.Result(5, true));
        } finally {
            timer.shutdownNow();
        }
        assertThat(told)
                .containsExactlyInAnyOrder("session-25", "session-26", "session-27", "session-28", "session-29");
        assertThat(database.sessionIds())
                .containsExactly("session-20", "session-21", "session-22", "session-23", "session-24");
    }
}
