package dev.sessionttl.engine.weaving;

import java.util.Set;

/** What else the engine wants to know of the host. Called on the host's thread, in the middle of what it does. */
public interface ClassWatch {
    /** The first class of a SQLite driver is about to be defined; its loader can do nothing with it before this returns. */
    void sqliteDriverLoadedBy(ClassLoader loader);

    /** The loaders of the SQLite drivers that were in use before anyone watched; told once, as the weaving has begun. */
    void sqliteDriversWereUsedBy(Set<ClassLoader> loaders);

    /**
     * The host is about to open a file through its SQLite driver, which waits for this to return.
     *
     * @param name as the driver was given it: a path or a {@code file:} URI
     * @param connection the driver's own object for what it opens
     * @param loader the driver's
     */
    void sqliteDriverOpens(String name, Object connection, ClassLoader loader);

    /** The host is about to close a connection of its SQLite driver, which waits for this to return. */
    void sqliteDriverCloses(Object connection);

    /** Micrometer's {@code Metrics} is about to be defined; its loader can do nothing with it before this returns. */
    void micrometerLoadedBy(ClassLoader loader);

    /** The host, or a tool that has attached to it, is about to make an MBean server. */
    void managementBegins();

    /** The host's main class is being loaded: its {@code main} is about to begin. */
    void mainBegins();
}
