package dev.sessionttl.engine.expiry;

/** What a read site hands out. */
public enum Verdict {
    /** The host's own answer stands. */
    LEAVE,
    /** There is no session: the host gets what its method returns when it has none. */
    ABSENT,
    /**
     * As {@link #ABSENT}, unless the host's own answer is another id: somebody is writing, and if it is the host's own
     * thread, its answer knows what nobody else can see yet.
     */
    UNSETTLED
}
