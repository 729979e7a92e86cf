package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.weaving.Calls.LastingCall;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one of Kotlin's {@code suspend} functions that may be suspended. Such a function returns a marker then, and
 * is entered again later, on whatever thread, with nothing of its arguments but a continuation of its own, which leads to
 * the one that it was called with. Any thread may call.
 */
final class Suspension {
    private static final String MARKER = "kotlin.coroutines.intrinsics.CoroutineSingletons";
    private static final String OWN_CONTINUATION = "kotlin.coroutines.jvm.internal.BaseContinuationImpl";

    /** How a function's own continuation tells that it enters the function again, and the one that it leads to. */
    private record Own(Field label, Method completion) {}

    private static final ClassValue<Optional<Own>> OWN = new ClassValue<>() {
        @Override
        protected Optional<Own> computeValue(Class<?> type) {
            return ownOf(type);
        }
    };

    /**
     * By the continuation that they were called with; one that is never resumed is forgotten with it. They are kept from
     * their beginning: another thread may have entered again before this one is back from being suspended.
     */
    private final Map<Object, LastingCall> calls = new WeakHashMap<>();

    /** Whether this is the marker of a suspended function, and no value at all. */
    static boolean isMarker(@Nullable Object returned) {
        return returned instanceof Enum<?> value
                && value.getDeclaringClass().getName().equals(MARKER);
    }

    /** The call that is entered again; empty where one begins. */
    Optional<LastingCall> enteredAgain(@Nullable Object[] arguments) {
        Object continuation = calledWith(arguments);
        Optional<Own> own = continuation == null ? Optional.empty() : OWN.get(continuation.getClass());
        if (own.isEmpty()) {
            return Optional.empty();
        }
        try {
            // The sign is set for as long as it takes to enter: a function that calls itself does not set it.
            if (own.get().label().getInt(continuation) >= 0) {
                return Optional.empty();
            }
            Object calledWith = own.get().completion().invoke(continuation);
            synchronized (calls) {
                return Optional.ofNullable(calls.get(calledWith));
            }
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(own.get().completion() + " cannot be called", impossible);
        }
    }

    /** A call that begins may be suspended. */
    void begins(LastingCall call, @Nullable Object[] arguments) {
        Object calledWith = calledWith(arguments);
        if (calledWith != null) {
            synchronized (calls) {
                calls.put(calledWith, call);
            }
        }
    }

    private static @Nullable Object calledWith(@Nullable Object[] arguments) {
        return arguments.length == 0 ? null : arguments[arguments.length - 1];
    }

    private static Optional<Own> ownOf(Class<?> type) {
        for (Class<?> at = type.getSuperclass(); at != null; at = at.getSuperclass()) {
            if (at.getName().equals(OWN_CONTINUATION)) {
                try {
                    Field label = type.getDeclaredField("label");
                    return label.trySetAccessible() && label.getType() == int.class
                            ? Optional.of(new Own(label, at.getMethod("getCompletion")))
                            : Optional.empty();
                } catch (NoSuchFieldException | NoSuchMethodException ofAnotherKind) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
