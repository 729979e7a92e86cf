package dev.sessionttl.engine.resume;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The failures that were seen inside one outermost call of a failure site, so that what an inner site has told the outer
 * ones do not tell again. A process that was started in it may end on any thread.
 */
public final class CallChain {
    /** When each id was told, by {@link System#nanoTime}; under the empty text where no one knows the id. */
    private final Map<String, Long> toldAt = new ConcurrentHashMap<>(2);
    /** When a bad end was counted that no rule knew; null where none was. */
    private volatile @Nullable Long unexplainedAt;

    void tell(Optional<String> sessionId, long nowNanos) {
        toldAt.put(sessionId.orElse(""), nowNanos);
    }

    /** Whether a failure was told since that moment that is of this id as far as both ids are known. */
    boolean hasTold(Optional<String> sessionId, long sinceNanos) {
        for (Map.Entry<String, Long> told : toldAt.entrySet()) {
            boolean isSame = sessionId.isEmpty()
                    || told.getKey().isEmpty()
                    || sessionId.get().equals(told.getKey());
            if (isSame && told.getValue() - sinceNanos >= 0) {
                return true;
            }
        }
        return false;
    }

    void tellUnexplained(long nowNanos) {
        unexplainedAt = nowNanos;
    }

    boolean hasToldUnexplained(long sinceNanos) {
        Long at = unexplainedAt;
        return at != null && at - sinceNanos >= 0;
    }
}
