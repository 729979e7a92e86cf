package dev.sessionttl.engine.expiry;

import java.util.List;

/**
 * The host's table of sessions, as the rules need it. Implementations may be called by any thread, block no longer than
 * the configured busy timeout, and never create or alter anything.
 */
public interface SessionTable {
    /** The sessions stored under a key; rows without a session id are none. */
    List<SessionRow> findByKey(List<?> key) throws StoreException;

    /**
     * The rows that hold a session id.
     *
     * @param key the values of the key columns where they are known; empty for any key
     */
    List<SessionRow> findBySessionId(String sessionId, List<?> key) throws StoreException;

    /**
     * Drops a row unless anyone has touched it since it was seen: one compare-and-delete on key, session id and the
     * last-used value.
     *
     * @return whether it was dropped; false means that it changed or is gone
     */
    boolean dropIfUntouched(SessionRow seen) throws StoreException;

    /**
     * Drops a row whose id is dead, however recently it was touched: compared on key and session id. A fresh id that
     * sits under the same key by now is left.
     *
     * @return whether it was dropped; false means that the id is no longer there
     */
    boolean dropSession(SessionRow seen) throws StoreException;

    /** An id is really used, now: it was read and let pass, or resumed. A host that keeps no record of that may have it kept here. */
    default void used(String sessionId) {}

    /** Whether a session that was dropped is found again: then it is dropped once, and withheld from then on. */
    default boolean keepsWhatIsDropped() {
        return false;
    }
}
