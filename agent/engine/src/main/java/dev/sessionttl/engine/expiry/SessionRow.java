package dev.sessionttl.engine.expiry;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored session as it was when the agent looked.
 *
 * @param key the values of the key columns, in the config's order
 * @param sessionId the id that a resume would name
 * @param lastUsed when it was last used
 */
public record SessionRow(List<@Nullable Object> key, String sessionId, LastUsed lastUsed) {
    /** By the content of keys that are bytes, too: else no two looks at a row would be of the same row. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionRow row && Arrays.deepEquals(parts(), row.parts());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(parts());
    }

    private @Nullable Object[] parts() {
        return new @Nullable Object[] {key.toArray(), sessionId, lastUsed.stored(), lastUsed.epochMillis()};
    }
}
