package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which copy of SQLite may touch the host's database now (law 1): the bundled one until the host has a driver of its own;
 * then the host's, and of several the one through which the host last opened this very file. An agent that came to a host
 * which ran already uses the host's alone: nobody saw what that host has open. Any thread may call.
 */
final class Drivers {
    private static final String UNTOLD = "the agent was attached to a running host, and that host has not shown yet"
            + " through which copy of SQLite it opens the database";

    private final boolean mayUseTheBundledOne;

    /** Weak: an application that its container has thrown out must not be kept by us. */
    private @Nullable WeakReference<ClassLoader> hostLoader;

    private boolean hasOpenedTheFile;

    /** @param hostRuns whether the host's {@code main} had begun before the agent did */
    Drivers(boolean hostRuns) {
        mayUseTheBundledOne = !hostRuns;
    }

    /**
     * What the host used before anyone watched. Of several copies nothing tells which has the file open: then none is
     * used before the host opens it again, unless it was seen to do so by now.
     */
    synchronized void hadUsed(Set<ClassLoader> loaders) {
        if (hasOpenedTheFile) {
            return;
        }
        hasOpenedTheFile = !loaders.isEmpty();
        hostLoader =
                loaders.size() == 1 ? new WeakReference<>(loaders.iterator().next()) : null;
    }

    /** Whether some driver may be used sooner or later, though the host has loaded none. */
    boolean mayUseTheBundledOne() {
        return mayUseTheBundledOne;
    }

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

    /** @throws StoreException of kind ABSENT where there is none yet */
    synchronized SqliteDriver current() throws SQLException, StoreException {
        if (hostLoader == null) {
            if (!mayUseTheBundledOne) {
                throw new StoreException(Kind.ABSENT, UNTOLD);
            }
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
