package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.expiry.Sessions;

/**
 * Whether a resume is under way: one resume, however often its function is entered. One that was suspended may be entered
 * again, on another thread, before the first is back. Any thread may call.
 */
final class InUse {
    private int entries;

    synchronized void begins(Sessions sessions, String sessionId) {
        if (entries++ == 0) {
            sessions.resumeBegan(sessionId);
        }
    }

    /** Of one that has not begun, as a call that is nested in one of the same id, there is nothing to end. */
    synchronized void ends(Sessions sessions, String sessionId) {
        if (entries > 0 && --entries == 0) {
            sessions.resumeEnded(sessionId);
        }
    }
}
