package dev.sessionttl.engine.expiry;

/** Where work goes that a host's thread must not wait for. Implementations run it on a daemon thread, never in the caller. */
@FunctionalInterface
public interface Background {
    /**
     * Runs the work soon, and again with growing pauses for as long as the store is busy.
     *
     * @param what tells pieces of work apart: while one is waiting, another for an equal thing is not taken
     */
    void untilDone(Object what, Work work);

    /** A piece of work on the store. */
    @FunctionalInterface
    interface Work {
        void run() throws StoreException;
    }
}
