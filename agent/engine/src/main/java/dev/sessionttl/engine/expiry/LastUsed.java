package dev.sessionttl.engine.expiry;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * When a session was last used.
 *
 * @param stored the value as the table holds it, untouched, so that a delete can be made to depend on it
 * @param epochMillis the same as milliseconds since 1970 UTC; empty where it is null or cannot be told (law 9)
 */
public record LastUsed(@Nullable Object stored, OptionalLong epochMillis) {
    /** Whether there is a value that no one can tell the moment of: its row is never dropped for age. */
    boolean isUntold() {
        return stored != null && epochMillis.isEmpty();
    }
}
