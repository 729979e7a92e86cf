package dev.sessionttl.engine.weaving;

/** What else the engine wants to know of the classes that the host loads. Called on the loading thread, in the middle of it. */
public interface ClassWatch {
    /** The first class of a SQLite driver is about to be defined; its loader can do nothing with it before this returns. */
    void sqliteDriverLoadedBy(ClassLoader loader);

    /** The host's main class is being loaded: its {@code main} is about to begin. */
    void mainBegins();
}
