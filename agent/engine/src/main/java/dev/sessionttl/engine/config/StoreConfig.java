package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;

/**
 * The host's table of session rows, and how the agent treats it. Immutable.
 *
 * @param url the JDBC URL of a database on disk; empty: none was given, and there is nothing to expire
 * @param key the columns that tell one row from another, at least one, none twice
 * @param sessionId the column of the session id
 * @param lastUsedAt the column that a row's age is told by
 * @param sweepBudgetMillis ms that the sweep may hold the host's start up; 0 leaves all of it for later
 * @param busyTimeoutMillis ms to wait for a lock that somebody else holds on the database; 0 does not wait
 */
public record StoreConfig(
        Optional<String> url,
        String table,
        List<String> key,
        String sessionId,
        String lastUsedAt,
        TimestampFormat timestamps,
        ExpireAction expire,
        long sweepBudgetMillis,
        long busyTimeoutMillis) {
    public StoreConfig {
        key = List.copyOf(key);
    }
}
