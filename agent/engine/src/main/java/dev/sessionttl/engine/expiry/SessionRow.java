package dev.sessionttl.engine.expiry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored session as it was when the agent looked.
 *
 * @param key the values of the key columns, in the config's order
 * @param sessionId the id that a resume would name
 * @param lastUsed when it was last used
 */
public record SessionRow(List<@Nullable Object> key, String sessionId, LastUsed lastUsed) {}
