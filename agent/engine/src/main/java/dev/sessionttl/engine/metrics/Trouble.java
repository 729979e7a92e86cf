package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.expiry.StoreException;
import java.time.Duration;
import java.util.Optional;

/**
 * The last time that the agent failed open. What was said then is left out: it may name a session.
 *
 * @param operation what it was doing, as {@code claude_session_store_errors_total} has it
 * @param kind of the store's failure; empty where it was none of the store's
 * @param ago how long ago that was, by the monotonic clock
 */
public record Trouble(String operation, Optional<StoreException.Kind> kind, Duration ago) {}
