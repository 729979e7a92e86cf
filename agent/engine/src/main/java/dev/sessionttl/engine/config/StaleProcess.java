package dev.sessionttl.engine.config;

/** What becomes of a process that is about to go on with a session known to be stale; in JSON in lower case. */
public enum StaleProcess {
    /** It starts as the host asked. */
    OBSERVE,
    /** It does not start: {@code start()} throws what a refused run would have led to. */
    REFUSE,
    /** It starts without the words that name the session, so that the CLI begins a new one. */
    FRESH
}
