package dev.sessionttl.engine.weaving;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The woven calls under way on one thread, innermost first. Used by that thread alone.
 */
final class Calls {
    private static final ThreadLocal<Calls> OF_THREAD = ThreadLocal.withInitial(Calls::new);

    /** Whether the engine is at work on this thread: what it calls itself is none of its business. */
    boolean inEngine;

    private @Nullable Call innermost;

    static Calls ofThisThread() {
        return OF_THREAD.get();
    }

    Call begin() {
        Call call = new Call(innermost, System.nanoTime());
        innermost = call;
        return call;
    }

    void end(Call call) {
        innermost = call.outer;
    }

    /** Whether a call that is still under way has decided on the same key already: a proxy, or an overload (law 8). */
    boolean hasDecided(ReadSite site, List<?> key) {
        for (Call call = innermost; call != null; call = call.outer) {
            if (site.place().equals(call.decidedSite) && key.equals(call.decidedKey)) {
                return true;
            }
        }
        return false;
    }

    /** The id that the nearest resume under way was asked for. */
    Optional<String> resumedId() {
        for (Call call = innermost; call != null; call = call.outer) {
            if (call.sessionId != null) {
                return Optional.of(call.sessionId);
            }
        }
        return Optional.empty();
    }

    /** One call of a woven method, from enter to exit. */
    static final class Call {
        final long beganNanos;
        private final @Nullable Call outer;

        @Nullable
        String decidedSite;

        @Nullable
        List<?> decidedKey;
        /** The id that a failure site's call was asked to resume. */
        @Nullable
        String sessionId;

        List<?> key = List.of();

        private Call(@Nullable Call outer, long beganNanos) {
            this.outer = outer;
            this.beganNanos = beganNanos;
        }
    }
}
