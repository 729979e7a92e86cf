package dev.sessionttl.engine.callsite;

/**
 * What a value path needs of the outside. Called from the host's threads, in the middle of the host's methods, at most a
 * few times a class: implementations are thread-safe and quick. What they throw is taken for "no value".
 */
public interface Access {
    /** For parsing alone, and for hosts without named modules: opens nothing, reports nothing. */
    Access NONE = new Access() {
        @Override
        public void open(Class<?> type) {}

        @Override
        public void missing(ValuePath path, Class<?> type) {}
    };

    /**
     * Opens the package of a type in a named module to the module of this class, so that {@code setAccessible} works.
     * Only asked for where there is no other way in, and never for {@code java.base}.
     */
    void open(Class<?> type);

    /** A step of the path does not exist, or cannot be reached, on the class of a value met there. Once per path and class. */
    void missing(ValuePath path, Class<?> type);
}
