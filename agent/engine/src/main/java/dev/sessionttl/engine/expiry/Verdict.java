package dev.sessionttl.engine.expiry;

/** What a read site hands out. */
public enum Verdict {
    /** The host's own answer stands. */
    LEAVE,
    /** There is no session: the host gets what its method returns when it has none. */
    ABSENT
}
