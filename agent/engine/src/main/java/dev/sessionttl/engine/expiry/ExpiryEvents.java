package dev.sessionttl.engine.expiry;

import dev.sessionttl.engine.report.Log;
import java.time.Duration;

/** What the rules have to tell: metrics and the log listen. Any thread may call; implementations never block or throw. */
public interface ExpiryEvents {
    /** The reason of a drop for age. */
    String EXPIRED = "expired";

    /** The site of a drop that no read asked for. */
    String SWEEP = "sweep";

    /** Why a row was dropped for its age. */
    enum Occasion {
        READ,
        SWEEP
    }

    /** Rows dropped because they were older than the max session age. */
    void expired(Occasion occasion, int rows);

    /**
     * A row is gone, or its session id is cleared. Where it was dropped for its age, {@link #expired} tells of it too.
     *
     * @param row as it was
     * @param reason in a word
     * @param site where that was decided, for people
     */
    default void dropped(SessionRow row, String reason, String site) {}

    /** A read of an id that is already known to be dead. */
    void vetoedRead(String sessionId);

    /**
     * A failed resume, once an attempt.
     *
     * @param wasted from the start of the attempt to the refusal; zero where the start was not seen
     */
    void resumeFailed(Duration wasted);

    /** A resume ended badly and no rule knew why; nothing was deleted. */
    void resumeUnclassified();

    /**
     * The agent could not decide or act and left the host as it was (law 10).
     *
     * @param operation what it was doing: {@code find}, {@code drop}, {@code sweep}, {@code advice} …
     */
    void failedOpen(String operation, Throwable cause);

    /** As {@link #failedOpen}; but that there is no such table yet is a normal state (law 2): it is said once, not counted. */
    default void storeFailed(String operation, StoreException failure) {
        if (failure.kind() == StoreException.Kind.ABSENT) {
            String words = Log.inWords(failure);
            Log.infoOnce(
                    words, "no session can be looked up: " + words + "; until that changes the host is left as it is");
        } else {
            failedOpen(operation, failure);
        }
    }
}
