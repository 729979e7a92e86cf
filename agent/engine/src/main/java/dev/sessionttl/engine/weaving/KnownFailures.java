package dev.sessionttl.engine.weaving;

import java.lang.ref.SoftReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one method threw when an id was refused, so that a retry can fail at once by the same type and text. Softly held:
 * where memory runs short, or the application is thrown out, the retry is simply made. Any thread may call.
 */
final class KnownFailures {
    private static final int MOST = 256;

    private final Map<String, SoftReference<Throwable>> bySessionId = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SoftReference<Throwable>> eldest) {
            return size() > MOST;
        }
    };

    synchronized void remember(String sessionId, Throwable thrown) {
        bySessionId.put(sessionId, new SoftReference<>(thrown));
    }

    Optional<Throwable> thrownFor(String sessionId) {
        SoftReference<Throwable> reference;
        synchronized (this) {
            reference = bySessionId.get(sessionId);
        }
        return Optional.ofNullable(reference).map(SoftReference::get).map(KnownFailures::again);
    }

    /**
     * A new throwable of the same type, text and cause with the stack of this call; the first one itself where its type
     * has fields of its own that a new one would lack, or cannot be made anew.
     */
    private static Throwable again(Throwable first) {
        if (hasFieldsOfItsOwn(first.getClass())) {
            return first;
        }
        for (Constructor<?> constructor : first.getClass().getDeclaredConstructors()) {
            Class<?>[] parameters = constructor.getParameterTypes();
            try {
                Throwable copy = null;
                if (parameters.length == 2 && parameters[0] == String.class && parameters[1] == Throwable.class) {
                    constructor.setAccessible(true);
                    copy = (Throwable) constructor.newInstance(first.getMessage(), first.getCause());
                } else if (parameters.length == 1 && parameters[0] == String.class && first.getCause() == null) {
                    constructor.setAccessible(true);
                    copy = (Throwable) constructor.newInstance(first.getMessage());
                }
                if (copy != null && Objects.equals(copy.getMessage(), first.getMessage())) {
                    return copy;
                }
            } catch (ReflectiveOperationException | RuntimeException cannotBeMadeAnew) {
                // The first one serves.
            }
        }
        return first;
    }

    private static boolean hasFieldsOfItsOwn(Class<?> type) {
        for (Class<?> at = type; at != null && at.getClassLoader() != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    return true;
                }
            }
        }
        return false;
    }
}
