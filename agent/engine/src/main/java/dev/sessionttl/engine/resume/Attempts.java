package dev.sessionttl.engine.resume;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a new failed attempt from another signal of one already counted: an exception that was wrapped on its way up, a
 * result passed on to a handler, an error line that came before both. Any thread may call.
 */
final class Attempts {
    private static final int REMEMBERED = 1_000;

    /** When an id was last counted, by {@link System#nanoTime}; the eldest are forgotten first. */
    private final Map<String, Long> countedAt = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final Deque<WeakReference<Object>> countedSources = new ArrayDeque<>();

    /** Whether this is the first signal of its attempt; from then on it is not. */
    synchronized boolean isFirstSignal(Optional<String> sessionId, Evidence evidence, long nowNanos) {
        boolean known = isCounted(evidence.source())
                || sessionId.map(id -> countedSince(id, evidence.sinceNanos())).orElse(false);
        remember(evidence.source());
        if (!known) {
            sessionId.ifPresent(id -> {
                countedAt.remove(id);
                countedAt.put(id, nowNanos);
            });
        }
        return !known;
    }

    synchronized boolean countedSince(String sessionId, long nanos) {
        Long at = countedAt.get(sessionId);
        return at != null && at - nanos >= 0;
    }

    /** This object, or one that wraps it, is no sign of another attempt. */
    synchronized void remember(Object source) {
        if (tellsAttemptsApart(source)) {
            countedSources.addLast(new WeakReference<>(source));
            if (countedSources.size() > REMEMBERED) {
                countedSources.removeFirst();
            }
        }
    }

    private boolean isCounted(Object source) {
        if (!tellsAttemptsApart(source)) {
            return false;
        }
        for (WeakReference<Object> counted : countedSources) {
            Object known = counted.get();
            if (known != null && (known == source || isCauseOf(known, source))) {
                return true;
            }
        }
        return false;
    }

    /** A constant, or a value of the JDK, may be the same object in two attempts. */
    private static boolean tellsAttemptsApart(Object source) {
        return source instanceof Throwable
                || (!(source instanceof Enum) && source.getClass().getClassLoader() != null);
    }

    private static boolean isCauseOf(Object known, Object source) {
        if (!(source instanceof Throwable throwable)) {
            return false;
        }
        Throwable cause = throwable;
        for (int depth = 0; cause != null && depth < 64; depth++) {
            if (cause == known) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
