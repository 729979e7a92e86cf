package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.weaving.Reactive.Use;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Values that a method hands out before they are there: futures, and what reactive libraries have for them. */
final class Later {
    /** One run whose end comes later; told on whatever thread. */
    interface Run {
        void brought(@Nullable Object value);

        void failed(Throwable failure);

        /** It cannot be watched. */
        void lost(Throwable cause);

        /** However it ended; always the last, and once. */
        void ended();
    }

    private Later() {}

    /**
     * What is to be handed out so that a value is decided when it arrives; empty where it is there already, or will never
     * be seen.
     *
     * @param isStale whether a value must not be handed out; never throws
     */
    static Optional<Object> decided(Object returned, Absent absent, Predicate<Object> isStale) {
        if (returned instanceof CompletableFuture<?> future) {
            // One of a class of its own may be more than a future to the host.
            return future.getClass() == CompletableFuture.class && !future.isDone()
                    ? Optional.of(mapped(future, value -> decidedOne(value, absent, isStale)))
                    : Optional.empty();
        }
        Optional<Reactive> reactive = Reactive.of(returned);
        if (reactive.isEmpty()) {
            return Optional.empty();
        }
        Optional<Use> operator =
                absent.keepsTheRest() ? Optional.of(Use.MAP) : reactive.get().dropping();
        return operator.map(use -> reactive.get()
                .with(
                        use,
                        returned,
                        use == Use.FILTER
                                ? value -> value == null || !isStale.test(value)
                                : value -> decidedOne(value, absent, isStale)));
    }

    private static @Nullable Object decidedOne(@Nullable Object value, Absent absent, Predicate<Object> isStale) {
        if (value == null || !isStale.test(value)) {
            return value;
        }
        @Nullable Object @Nullable [] instead = absent.inPlaceOfContent(value);
        return instead == null ? value : instead[0];
    }

    /** One like the other, completed after it; what the host does to the one happens to the other. */
    private static CompletableFuture<Object> mapped(
            CompletableFuture<?> future, UnaryOperator<@Nullable Object> mapping) {
        CompletableFuture<Object> mapped = new CompletableFuture<>();
        var unused = future.whenComplete((value, failure) -> {
            if (failure != null) {
                mapped.completeExceptionally(failure);
            } else {
                mapped.complete(mapping.apply(value));
            }
        });
        var unusedToo = mapped.whenComplete((value, failure) -> {
            if (mapped.isCancelled()) {
                future.cancel(true);
            } else if (failure != null) {
                future.completeExceptionally(failure);
            }
        });
        return mapped;
    }

    /** Whether its end can be watched. */
    static boolean isWatchable(Object returned) {
        return returned instanceof CompletionStage || Reactive.of(returned).isPresent();
    }

    /**
     * What is to be handed out so that its end is told; the same object where that suffices.
     *
     * @param run asked for at once for a future, which is under way, and at each subscription for what only then begins
     */
    static Object watched(Object returned, Supplier<Run> run) {
        if (returned instanceof CompletionStage<?> stage) {
            Run begun = run.get();
            var unused = stage.whenComplete((value, failure) -> {
                if (failure != null) {
                    begun.failed(failure);
                } else {
                    begun.brought(value);
                }
                begun.ended();
            });
            return returned;
        }
        Reactive reactive = Reactive.of(returned).orElseThrow();
        return reactive.with(Use.DEFER, returned, nothing -> {
            Run begun = run.get();
            try {
                return watchedOnce(reactive, returned, begun);
            } catch (RuntimeException anotherVersion) {
                begun.lost(anotherVersion);
                begun.ended();
                return returned;
            }
        });
    }

    private static Object watchedOnce(Reactive reactive, Object returned, Run run) {
        Object watched = reactive.with(Use.ON_ITEM, returned, value -> {
            run.brought(value);
            return null;
        });
        watched = reactive.with(Use.ON_ERROR, watched, failure -> {
            run.failed(failure instanceof Throwable thrown ? thrown : new CompletionException(null));
            return null;
        });
        return reactive.with(Use.ON_END, watched, end -> {
            run.ended();
            return null;
        });
    }
}
