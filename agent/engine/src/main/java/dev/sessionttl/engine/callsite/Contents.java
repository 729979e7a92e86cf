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

    private Contents() {}

    /** The value that is not itself an optional or future; null when there is none, not yet, or only a failure. */
    static @Nullable Object of(@Nullable Object value) {
        Object content = value;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (content == null || content.getClass() == String.class) {
                return content;
            }
            Object inner = lookedInto(content);
            if (inner == content) {
                return content;
            }
            content = inner;
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
        return value instanceof CompletionStage<?> stage ? completed(stage.toCompletableFuture()) : value;
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
