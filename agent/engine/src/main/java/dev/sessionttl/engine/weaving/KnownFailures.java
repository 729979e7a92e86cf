package dev.sessionttl.engine.weaving;

import java.lang.ref.SoftReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one method threw when an id was refused, so that a retry can fail at once by the same type and text. Softly held:
 * where memory runs short, or the application is thrown out, the retry is simply made. Any thread may call.
 */
final class KnownFailures {
    private static final int MOST = 256;

    /**
     * @param isFutures whether the method did not throw it, but returned a future that failed by it
     */
    private record Known(SoftReference<Throwable> failure, boolean isFutures) {}

    private final Map<String, Known> bySessionId = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    synchronized void remember(String sessionId, Throwable failure, boolean isFutures) {
        bySessionId.put(sessionId, new Known(new SoftReference<>(failure), isFutures));
    }

    /** How the method ends where it need not run: by a throwable, or by a future that has failed. */
    Optional<Again> againFor(String sessionId) {
        Known known;
        synchronized (this) {
            known = bySessionId.get(sessionId);
        }
        if (known == null) {
            return Optional.empty();
        }
        boolean isFutures = known.isFutures();
        return Optional.ofNullable(known.failure().get())
                .flatMap(KnownFailures::again)
                .map(failure -> new Again(failure, isFutures));
    }

    /** A failure to be repeated. */
    record Again(Throwable failure, boolean isFutures) {
        /** A holder of the future, or of the throwable beside what a method that throws "returns". */
        @Nullable
        Object[] holder(@Nullable Object zero) {
            return isFutures
                    ? Absent.holding(CompletableFuture.failedFuture(failure))
                    : new @Nullable Object[] {zero, failure};
        }
    }

    /**
     * A new throwable of the same type, text, cause and fields, with the stack of this call. No constructor of the host's
     * runs: it is made as deserialization makes it. Empty where that cannot be done; then the retry is simply made.
     */
    private static Optional<Throwable> again(Throwable first) {
        try {
            Constructor<?> ofThrowable = Throwable.class.getDeclaredConstructor(String.class);
            // Its field, and not getMessage(): a type may put more around it there.
            Throwable copy = (Throwable) deserializing(first.getClass(), ofThrowable)
                    .newInstance(fieldOfThrowable("detailMessage").get(first));
            Object cause = fieldOfThrowable("cause").get(first);
            if (cause != first) {
                // Otherwise it was never given one, and the host may still want to.
                fieldOfThrowable("cause").set(copy, cause);
            }
            for (Class<?> at = first.getClass(); at != null && at != Throwable.class; at = at.getSuperclass()) {
                copyFields(at, first, copy);
            }
            return Optional.of(copy);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError cannotBeMadeAgain) {
            return Optional.empty();
        }
    }

    /** By reflection: javac warns of the class, which the JDK keeps open for serialization libraries (JEP 260). */
    private static Constructor<?> deserializing(Class<?> type, Constructor<?> ofSuperclass)
            throws ReflectiveOperationException {
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        return (Constructor<?>) factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(factory.getMethod("getReflectionFactory").invoke(null), type, ofSuperclass);
    }

    private static Field fieldOfThrowable(String name) throws ReflectiveOperationException {
        Field field = Throwable.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static void copyFields(Class<?> type, Throwable from, Throwable to) throws IllegalAccessException {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                field.set(to, field.get(from));
            }
        }
    }
}
