package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kotlin.coroutines.jvm.internal.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which read a line of the log may be about. Its times are handed in; its places are those of the tests' own code. */
class LastReadTest {
    private static final long BEGAN = Long.MAX_VALUE - 5;
    private static final long A_RUN = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LastRead lastRead = new LastRead();

    @Test
    void whatTheSameCallHasReadBeforeIsWhatItsLineIsAbout() {
        read("id", BEGAN);

        assertThat(logged(BEGAN + A_RUN)).contains("id");
        assertThat(logged(BEGAN + A_MINUTE)).contains("id");
        assertThat(loggedFurtherIn(BEGAN + A_RUN)).contains("id");
    }

    @Test
    void withoutAReadThereIsNone() {
        assertThat(logged(BEGAN)).isEmpty();
    }

    @Test
    void aLineThatComesTooLateMayBeAboutAnything() {
        read("id", BEGAN);

        assertThat(logged(BEGAN + A_MINUTE + 1)).isEmpty();
    }

    @Test
    void theNextTurnsReadTakesTheLastOnesPlace() {
        read("one", BEGAN);
        read("two", BEGAN + A_RUN);

        assertThat(logged(BEGAN + A_RUN)).contains("two");
    }

    /** A batch that reads all its ids before it resumes the first. */
    @Test
    void ofSeveralIdsBetweenWhichNoRunFitsItIsNone() {
        read("one", BEGAN);
        read("two", BEGAN + A_RUN - 1);
        assertThat(logged(BEGAN + A_RUN)).isEmpty();
        read("two", BEGAN + A_RUN);
        assertThat(logged(BEGAN + A_RUN)).isEmpty();

        read("three", BEGAN + 3 * A_RUN);
        assertThat(logged(BEGAN + 3 * A_RUN)).contains("three");
    }

    @Test
    void theReadsOfOneTurnAgree() {
        read("id", BEGAN);
        read("id", BEGAN + 1);

        assertThat(logged(BEGAN + A_RUN)).contains("id");
    }

    @Test
    void aReadThatFindsNoSessionBeginsATurnWithoutOne() {
        read("id", BEGAN);
        read(null, BEGAN + A_RUN);

        assertThat(logged(BEGAN + A_RUN)).isEmpty();
        read("another", BEGAN + A_RUN + 1);
        assertThat(logged(BEGAN + A_RUN + 1)).contains("another");
    }

    @Test
    void aLineOfAnotherTaskOnTheSameThreadIsAboutNothingThatAnEarlierOneRead() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> reading = pool.submit(() -> read("id", BEGAN));
            reading.get();
            assertThat(pool.submit(() -> logged(BEGAN + A_RUN)).get()).isEmpty();
            assertThat(pool.submit(this::turn).get()).contains("of the turn");
        } finally {
            pool.shutdown();
        }
    }

    /** A loop stands where it stood, whatever it runs. */
    @Test
    void aLoopThatRunsOneTaskAfterTheOtherIsNoTurn() {
        List<Supplier<Optional<String>>> queue = List.of(
                () -> {
                    read("id", BEGAN);
                    return Optional.of("read");
                },
                () -> logged(BEGAN + A_RUN));

        Optional<String> last = Optional.empty();
        for (Supplier<Optional<String>> task : queue) {
            last = task.get();
        }

        assertThat(last).isEmpty();
    }

    /** What a library runs first and what it runs then may be of two turns. */
    @Test
    void aLibraryThatHasGoneOnIsNoTurn() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        CountDownLatch isChained = new CountDownLatch(1);
        try {
            CompletableFuture<Optional<String>> chained = CompletableFuture.supplyAsync(
                            () -> {
                                read("id", BEGAN);
                                return awaited(isChained);
                            },
                            pool)
                    .thenApply(done -> logged(BEGAN + A_RUN));
            isChained.countDown();

            assertThat(chained.get()).isEmpty();
        } finally {
            pool.shutdown();
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** A pool's thread that waits for one task helps with others meanwhile. */
    @Test
    void aTaskThatIsRunInTheMidstOfAnotherIsNotOfItsTurn() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            Optional<String> helped = pool.submit(() -> {
                        read("id", BEGAN);
                        return ForkJoinTask.adapt(() -> logged(BEGAN + A_RUN)).invoke();
                    })
                    .get();
            assertThat(helped).isEmpty();
        } finally {
            pool.shutdown();
        }
    }

    /** Between the read and the line it may have been suspended, and another of its kind have run on this thread. */
    @Test
    void aCoroutineIsNoTurn() {
        Continuation.resumeWith(() -> {
            read("id", BEGAN);
            assertThat(logged(BEGAN + A_RUN)).isEmpty();
        });
    }

    @Test
    void nothingIsWrittenDownOfARecursionGoneWild() {
        assertThat(recursion(2_000)).isEmpty();
    }

    private Optional<String> recursion(int depth) {
        if (depth > 0) {
            return recursion(depth - 1);
        }
        read("id", BEGAN);
        return logged(BEGAN + A_RUN);
    }

    private Optional<String> turn() {
        read("of the turn", BEGAN + 2 * A_RUN);
        return logged(BEGAN + 3 * A_RUN);
    }

    private void read(@Nullable String id, long nowNanos) {
        lastRead.handedOut(id, nowNanos);
    }

    private Optional<String> loggedFurtherIn(long nowNanos) {
        return Optional.of(nowNanos).flatMap(this::logged);
    }

    private Optional<String> logged(long nowNanos) {
        return lastRead.ofThisTurn(nowNanos);
    }
}
