package dev.sessionttl.engine.resume;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The failures that were seen inside one outermost call of a failure site, so that what an inner site has told the outer
 * ones do not tell again. Used by the thread of that call alone.
 */
public final class CallChain {
    /** When each id was told, by {@link System#nanoTime}; under the empty text where no one knows the id. */
    private final Map<String, Long> toldAt = new HashMap<>(2);

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
}
