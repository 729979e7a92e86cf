package dev.sessionttl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.Background.Work;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.RecordedEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundThreadTest {
    private final RecordedEvents events = new RecordedEvents();
    private final StandingTimer timer = new StandingTimer();
    private final BackgroundThread background = new BackgroundThread(events, timer);
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whileTheStoreIsBusyTheWorkIsTriedAgainWithGrowingPauses() {
        int[] busy = {12};
        background.untilDone("row", () -> {
            if (busy[0]-- > 0) {
                throw new StoreException(Kind.BUSY, "locked");
            }
            done.add("dropped");
        });

        timer.runAll();

        assertThat(timer.pauses)
                .containsExactly(
                        100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L, 30_000L,
                        30_000L);
        assertThat(done).containsExactly("dropped");
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void workThatFailsForGoodIsCountedAndNotTriedAgain() {
        background.untilDone("row", failing(Kind.READ_ONLY));

        timer.runAll();

        assertThat(timer.pauses).hasSize(1);
        assertThat(events.lines()).containsExactly("failed open drop");
    }

    @Test
    void whileOnePieceOfWorkWaitsAnotherForAnEqualThingIsNotTaken() {
        background.untilDone(List.of("row"), () -> done.add("first"));
        background.untilDone(List.of("row"), () -> done.add("second"));
        background.untilDone(List.of("another row"), () -> done.add("third"));

        timer.runAll();

        assertThat(done).containsExactly("first", "third");
    }

    @Test
    void onceItIsDoneAnEqualThingIsTakenAgain() {
        background.untilDone("row", () -> done.add("first"));
        timer.runAll();
        background.untilDone("row", () -> done.add("second"));
        timer.runAll();

        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void onceItHasFailedForGoodAnEqualThingIsTakenAgain() {
        background.untilDone("row", failing(Kind.FAILED));
        timer.runAll();
        background.untilDone("row", () -> done.add("second"));
        timer.runAll();

        assertThat(done).containsExactly("second");
    }

    @Test
    void onceItHasThrownAnythingAnEqualThingIsTakenAgain() {
        background.untilDone("row", () -> {
            throw new IllegalStateException("a bug");
        });
        timer.runAll();
        background.untilDone("row", () -> done.add("second"));
        timer.runAll();

        assertThat(done).containsExactly("second");
    }

    @Test
    void whatIsWaitingIsBounded() {
        for (int i = 0; i < 10_050; i++) {
            background.untilDone(i, () -> done.add("row"));
        }

        timer.runAll();

        assertThat(done).hasSize(10_000);
    }

    @Test
    void aTaskThatThrowsDoesNotEndTheThread() throws Exception {
        BackgroundThread real = new BackgroundThread(events);
        CompletableFuture<Thread> next = new CompletableFuture<>();
        real.after(0, () -> {
            throw new StackOverflowError("as a task of ours might");
        });
        real.after(0, () -> next.complete(Thread.currentThread()));

        Thread thread = next.get(30, TimeUnit.SECONDS);

        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("session-ttl");
        real.timer().shutdownNow();
    }

    @Test
    void aRepeatedTaskThatThrowsIsRepeatedAllTheSame() throws Exception {
        BackgroundThread real = new BackgroundThread(events);
        CompletableFuture<Integer> thirdTime = new CompletableFuture<>();
        int[] times = {0};
        real.every(1, () -> {
            if (++times[0] == 3) {
                thirdTime.complete(times[0]);
            }
            throw new IllegalStateException("a bug");
        });

        assertThat(thirdTime.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        real.timer().shutdownNow();
    }

    private static Work failing(Kind kind) {
        return () -> {
            throw new StoreException(kind, "as the test wants it");
        };
    }

    /** Time that only a test makes pass. */
    private static final class StandingTimer extends ScheduledThreadPoolExecutor {
        final List<Long> pauses = new ArrayList<>();
        private final List<Runnable> waiting = new ArrayList<>();

        StandingTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            pauses.add(unit.toMillis(delay));
            waiting.add(work);
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        void runAll() {
            while (!waiting.isEmpty()) {
                waiting.remove(0).run();
            }
        }
    }
}
