package dev.sessionttl.engine.callsite;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Looks into optionals and completed futures. Never waits. */
final class Contents {
    /** More nesting than any host has; a future completed with itself must not hold its thread for ever. */
    static final int MAX_DEPTH = 8;

    /** Asked of the class once: for a value that is none of these, every {@code instanceof} of an interface is slow. */
    private static final ClassValue<Boolean> IS_CONTAINER = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type == Optional.class
                    || type == OptionalLong.class
                    || type == OptionalInt.class
                    || Future.class.isAssignableFrom(type)
                    || CompletionStage.class.isAssignableFrom(type);
        }
    };

    private Contents() {}

    /** The value that is not itself an optional or future; null when there is none, not yet, or only a failure. */
    static @Nullable Object of(@Nullable Object value) {
        Object content = value;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (content == null || content.getClass() == String.class || !IS_CONTAINER.get(content.getClass())) {
                return content;
            }
            content = lookedInto(content);
        }
        return null;
    }

    private static @Nullable Object lookedInto(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.orElse(null);
        }
        if (value instanceof CompletableFuture<?> future) {
            return completed(future);
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        if (value instanceof Future<?> future) {
            return completed(future);
        }
        return completed(((CompletionStage<?>) value).toCompletableFuture());
    }

    private static @Nullable Object completed(CompletableFuture<?> future) {
        CompletableFuture<?> readable = future;
        try {
            future.isDone();
        } catch (UnsupportedOperationException minimalStage) {
            // CompletableFuture.completedStage() and its like are CompletableFutures that refuse to be read.
            readable = future.toCompletableFuture();
        }
        return readable.isDone() && !readable.isCompletedExceptionally() ? readable.getNow(null) : null;
    }

    private static @Nullable Object completed(Future<?> future) {
        if (!future.isDone() || future.isCancelled()) {
            return null;
        }
        try {
            return future.get();
        } catch (ExecutionException failed) {
            return null;
        } catch (InterruptedException e) {
            // The interrupt was meant for the host, whose thread this is.
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
