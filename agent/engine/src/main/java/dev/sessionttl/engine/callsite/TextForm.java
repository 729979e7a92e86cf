package dev.sessionttl.engine.callsite;

import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns what a value path found into an id, or into a text to be matched. Never throws, whatever the host's objects do. */
public final class TextForm {
    /** How much of a text is looked at, in {@code char}s. */
    public static final int MAX_TEXT_LENGTH = 64 * 1024;

    private TextForm() {}

    /**
     * A session id or a row's key: text and UUIDs as they are, whole numbers in decimals. Everything else is none, and
     * blank text too: an object's {@code toString()} is not its id.
     */
    public static Optional<String> id(@Nullable Object value) {
        if (value instanceof String text) {
            return nonBlank(text);
        }
        if (value instanceof CharSequence || value instanceof UUID || isWholeNumber(value)) {
            try {
                return nonBlank(String.valueOf(value));
            } catch (Throwable hostsOwnCharSequence) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * The text of a {@code CharSequence}, a {@code char[]}, a {@code Throwable} (the messages of it, its causes and what
     * they suppressed) or of a collection or array of these, one a line, cut after {@link #MAX_TEXT_LENGTH}. Empty when
     * there is none.
     */
    public static Optional<String> text(@Nullable Object value) {
        return nonBlank(
                value instanceof String text && text.length() <= MAX_TEXT_LENGTH ? text : TextCollector.of(value));
    }

    private static boolean isWholeNumber(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger;
    }

    private static Optional<String> nonBlank(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text);
    }
}
