package dev.sessionttl.engine.store;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Which copy of SQLite may touch the host's database now (law 1): the bundled one until the host has a driver of its own;
 * then the host's, and of several the one through which the host last opened this very file. Any thread may call.
 */
final class Drivers {
    /** Weak: an application that its container has thrown out must not be kept by us. */
    private @Nullable WeakReference<ClassLoader> hostLoader;

    private boolean hasOpenedTheFile;

    /** Whether a driver that the host has begun to load is to be used from now on. */
    synchronized boolean isNewsThatLoaded(ClassLoader loader) {
        // Once the file was opened through one, another copy that is only loaded is some other application's.
        return !hasOpenedTheFile && !isCurrent(loader);
    }

    /** Whether the driver through which the host is about to open the file is another one than before. */
    synchronized boolean isNewsThatOpens(ClassLoader loader) {
        hasOpenedTheFile = true;
        return !isCurrent(loader);
    }

    synchronized void use(ClassLoader loader) {
        hostLoader = new WeakReference<>(loader);
    }

    synchronized boolean hostHasOne() {
        return hostLoader != null;
    }

    synchronized SqliteDriver current() throws SQLException {
        if (hostLoader == null) {
            return SqliteDriver.BUNDLED;
        }
        ClassLoader loader = hostLoader.get();
        if (loader == null) {
            throw new SQLException("the host's SQLite driver is gone with its class loader");
        }
        return SqliteDriver.ofHost(loader);
    }

    private boolean isCurrent(ClassLoader loader) {
        return hostLoader != null && hostLoader.get() == loader;
    }
}
