package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.Observations;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells when a row was last used. */
@FunctionalInterface
interface Ages {
    /** @param stored what the row's last-used column holds; null where there is none */
    LastUsed of(String sessionId, @Nullable Object stored);

    /** By the column, or by what was observed where there is none that could be lived by. */
    static Ages of(StoreConfig store, Optional<Observations> observed) {
        if (observed.isPresent()) {
            return (sessionId, stored) -> observed.get().lastUsed(sessionId);
        }
        Timestamps timestamps = Timestamps.of(store.timestamps());
        return (sessionId, stored) -> timestamps.read(stored);
    }
}
