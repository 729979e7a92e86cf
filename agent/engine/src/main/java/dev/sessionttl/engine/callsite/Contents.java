package dev.sessionttl.engine.callsite;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Looks into optionals and completed futures. Never waits. */
final class Contents {
    /** More nesting than any host has; a future completed with itself must not hold its thread for ever. */
    static final int MAX_DEPTH = 8;

    /** The optionals of the libraries that hosts have. */
    private static final Map<String, HostCall> OF_LIBRARIES = Map.of(
            "com.google.common.base.Optional", HostCall.onObject("orNull()"),
            "io.vavr.control.Option", HostCall.onObject("getOrNull()"),
            "scala.Option", HostCall.onObject("get()"));

    /** Asked of the class once: for a value that is none of these, every {@code instanceof} of an interface is slow. */
    private static final ClassValue<Optional<UnaryOperator<@Nullable Object>>> LOOK = new ClassValue<>() {
        @Override
        protected Optional<UnaryOperator<@Nullable Object>> computeValue(Class<?> type) {
            if (type == Optional.class
                    || type == OptionalLong.class
                    || type == OptionalInt.class
                    || Future.class.isAssignableFrom(type)
                    || CompletionStage.class.isAssignableFrom(type)) {
                return Optional.of(Contents::lookedInto);
            }
            for (Class<?> at : AccessorResolver.withSupertypes(type)) {
                HostCall call = OF_LIBRARIES.get(at.getName());
                if (call != null) {
                    return Optional.of(value -> value == null ? null : called(call, value));
                }
            }
            return Optional.empty();
        }
    };

    private Contents() {}

    /** The value that is not itself an optional or future; null when there is none, not yet, or only a failure. */
    static @Nullable Object of(@Nullable Object value) {
        Object content = value;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (content == null || content.getClass() == String.class) {
                return content;
            }
            Optional<UnaryOperator<@Nullable Object>> look = LOOK.get(content.getClass());
            if (look.isEmpty()) {
                return content;
            }
            content = look.get().apply(content);
        }
        return null;
    }

    private static @Nullable Object called(HostCall call, Object optional) {
        try {
            return call.on(optional, nothing -> null);
        } catch (ReflectiveOperationException empty) {
            // Scala's throws where it has nothing.
            return null;
        }
    }

    private static @Nullable Object lookedInto(@Nullable Object value) {
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
        return value instanceof CompletionStage<?> stage ? completed(stage.toCompletableFuture()) : null;
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
