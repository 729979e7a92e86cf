package dev.sessionttl.engine.resume;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last objects of the host's that told of something, held weakly. Not to be used by two threads at once. */
final class SeenObjects {
    private static final int REMEMBERED = 1_000;

    private final Deque<WeakReference<Object>> seen = new ArrayDeque<>();

    /** Whether it was seen, or, of a throwable, one of its causes was. */
    boolean contain(Object object) {
        if (!tellsAttemptsApart(object)) {
            return false;
        }
        for (WeakReference<Object> reference : seen) {
            Object known = reference.get();
            if (known != null && (known == object || isCauseOf(known, object))) {
                return true;
            }
        }
        return false;
    }

    void add(Object object) {
        if (tellsAttemptsApart(object)) {
            seen.addLast(new WeakReference<>(object));
            if (seen.size() > REMEMBERED) {
                seen.removeFirst();
            }
        }
    }

    /** A constant, or a value of the JDK, may be the same object in two attempts. */
    private static boolean tellsAttemptsApart(Object object) {
        return object instanceof Throwable
                || (!(object instanceof Enum) && object.getClass().getClassLoader() != null);
    }

    private static boolean isCauseOf(Object known, Object object) {
        if (!(object instanceof Throwable throwable)) {
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
