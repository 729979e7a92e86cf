package dev.sessionttl.engine.resume;

/** One of the two output streams of a process, as far as the agent can hear it. */
interface Heard {
    /** A stream that goes where the agent cannot follow: the host's own terminal, another process, nowhere. */
    Heard NOTHING = () -> "";

    /** The last whole lines so far. */
    String tail();

    /**
     * The process is over: takes in what it has left behind, without keeping it from the host.
     *
     * @param nanos the longest to wait for a thread of the host's that is reading this moment
     */
    default void settle(long nanos) {}
}
