package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;

/**
 * Where the host keeps its session ids, and how the agent treats them. Immutable.
 *
 * @param hasTable false: they lie in no table, but in memory or a file of the host's own
 * @param url the JDBC URL of a database that the host shares, SQLite's or PostgreSQL's; it may hold a password, so logs show
 *     {@link #shownUrl()}; empty: none was given, and there is nothing to expire
 * @param key the columns that tell one row from another, at least one, none twice
 * @param sessionId the column of the session id
 * @param lastUsedAt the column that a row's age is told by, or {@link #OBSERVED}
 * @param cascade whether a row is deleted even where other tables' foreign keys would cascade from it
 * @param busyTimeoutMillis ms to wait for a lock that somebody else holds on the database; 0 does not wait
 * @param observedFile where the agent keeps its own record of when each id was used; empty: beside the config
 */
public record StoreConfig(
        boolean hasTable,
        Optional<String> url,
        String table,
        List<String> key,
        String sessionId,
        String lastUsedAt,
        TimestampFormat timestamps,
        ExpireAction expire,
        boolean cascade,
        long busyTimeoutMillis,
        SweepConfig sweep,
        Credentials credentials,
        Optional<String> observedFile) {
    /** Instead of a column's name: an age is told by what the agent itself has seen. */
    public static final String OBSERVED = "observed";

    public StoreConfig {
        key = List.copyOf(key);
    }

    /** Whether ages are told by the agent's own record. */
    public boolean isObserved() {
        return !hasTable || lastUsedAt.equals(OBSERVED);
    }

    /** The URL as a log may show it: without its parameters, and without what stands before an {@code @}. */
    public Optional<String> shownUrl() {
        return url.map(StoreUrl::withoutSecrets);
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return "StoreConfig[hasTable=" + hasTable
                + ", url=" + shownUrl().orElse("none")
                + ", table=" + table
                + ", key=" + key
                + ", sessionId=" + sessionId
                + ", lastUsedAt=" + lastUsedAt
                + ", timestamps=" + timestamps
                + ", expire=" + expire
                + ", cascade=" + cascade
                + ", busyTimeoutMillis=" + busyTimeoutMillis
                + ", sweep=" + sweep
                + ", credentials=" + credentials
                + ", observedFile=" + observedFile + ']';
    }
}
