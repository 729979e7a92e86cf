package dev.sessionttl.engine.weaving;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The id that one thread was handed out last, for a line of the host's log that tells of a refused resume and not of which.
 * Where the line may be about another session there is no id: a failure whose id no one knows is better than a live session
 * dropped. Used by its thread alone.
 */
final class LastRead {
    /** No run fits between two reads that are closer: the CLI takes longer than that to refuse (0.4 s, measured). */
    private static final long NO_RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** A refused resume takes 3 to 10 s; what comes later than this may be about anything. */
    private static final long LONGEST_TURN_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Null where none was read, or several were between which no run fits. */
    private @Nullable String sessionId;

    private Place place = Place.NOWHERE;
    private boolean isOneOfSeveral;
    private long atNanos;

    /**
     * The host gets this id.
     *
     * @param read null where it gets none, or where it cannot be told
     */
    void handedOut(@Nullable String read, long nowNanos) {
        boolean isClose = (sessionId != null || isOneOfSeveral) && nowNanos - atNanos < NO_RUN_NANOS;
        boolean isSame = sessionId != null && sessionId.equals(read);
        if (isClose && !isSame) {
            isOneOfSeveral = true;
            sessionId = null;
        } else if (!isClose) {
            isOneOfSeveral = false;
            // To be read by a mapper that stores it is to be handed out to nobody.
            sessionId = read == null || Callers.areStoringState() ? null : read;
            place = sessionId == null ? Place.NOWHERE : Place.ofThisThread();
        }
        atNanos = nowNanos;
    }

    /** When the id that a line of the log is about was read; only of use where there is one. */
    long atNanos() {
        return atNanos;
    }

    /** The id that was read in the turn that now logs something. */
    Optional<String> ofThisTurn(long nowNanos) {
        return sessionId != null && nowNanos - atNanos <= LONGEST_TURN_NANOS && place.isOfTheCallThatIsHere()
                ? Optional.of(sessionId)
                : Optional.empty();
    }
}
