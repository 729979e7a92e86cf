package dev.sessionttl.engine.callsite;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers the texts within a value, one a line, up to a bound in length, number and depth. Used once. */
final class TextCollector {
    private static final int MAX_VALUES = 10_000;
    private static final int MAX_DEPTH = 200;

    private final StringBuilder text = new StringBuilder();
    /** Causes can go round in circles, and collections can hold themselves. */
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private int valuesLeft = MAX_VALUES;

    private TextCollector() {}

    static String of(@Nullable Object value) {
        TextCollector collector = new TextCollector();
        collector.add(value, 0);
        return collector.text.toString();
    }

    private void add(@Nullable Object value, int depth) {
        if (value == null || isFull() || depth > MAX_DEPTH) {
            return;
        }
        valuesLeft--;
        try {
            if (value instanceof CharSequence line) {
                addLine(line);
            } else if (value instanceof char[] characters) {
                addLine(new String(characters, 0, Math.min(characters.length, TextForm.MAX_TEXT_LENGTH)));
            } else if (value instanceof Throwable thrown) {
                addThrown(thrown, depth);
            } else if (value instanceof Object[] array && seen.add(value)) {
                for (int i = 0; i < array.length && !isFull(); i++) {
                    add(array[i], depth + 1);
                }
            } else if (value instanceof Collection<?> collection && seen.add(value)) {
                addAll(collection, depth);
            }
        } catch (Throwable hostsOwnObject) {
            // What was gathered so far still counts; a getMessage() of the host's may throw (law 10).
            return;
        }
    }

    private void addThrown(Throwable thrown, int depth) {
        if (!seen.add(thrown)) {
            return;
        }
        add(messageOf(thrown), depth + 1);
        add(thrown.getCause(), depth + 1);
        for (Throwable suppressed : thrown.getSuppressed()) {
            add(suppressed, depth + 1);
        }
    }

    private static @Nullable String messageOf(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (Throwable hostsOwnMessage) {
            return null;
        }
    }

    private void addAll(Collection<?> collection, int depth) {
        for (Object each : collection) {
            if (isFull()) {
                return;
            }
            add(each, depth + 1);
        }
    }

    private void addLine(CharSequence line) {
        String separator = text.isEmpty() ? "" : "\n";
        int room = TextForm.MAX_TEXT_LENGTH - text.length() - separator.length();
        if (room > 0) {
            text.append(separator).append(line, 0, Math.min(line.length(), room));
        }
    }

    private boolean isFull() {
        return valuesLeft <= 0 || text.length() >= TextForm.MAX_TEXT_LENGTH;
    }
}
