package dev.sessionttl.engine.store;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which copy of SQLite may touch the host's database now (law 1): the bundled one until the host has a driver of its
 * own, from then on only the host's.
 */
final class Drivers {
    /** Weak: an application that its container has thrown out must not be kept by us. */
    private final List<WeakReference<ClassLoader>> hostLoaders = new CopyOnWriteArrayList<>();

    /** Whether this is the host's first driver. */
    boolean add(ClassLoader hostLoader) {
        for (WeakReference<ClassLoader> known : hostLoaders) {
            if (known.get() == hostLoader) {
                return false;
            }
        }
        hostLoaders.add(new WeakReference<>(hostLoader));
        return hostLoaders.size() == 1;
    }

    boolean hostHasOne() {
        return !hostLoaders.isEmpty();
    }

    SqliteDriver current() throws SQLException {
        if (hostLoaders.isEmpty()) {
            return SqliteDriver.BUNDLED;
        }
        for (WeakReference<ClassLoader> reference : hostLoaders) {
            ClassLoader loader = reference.get();
            if (loader != null) {
                return SqliteDriver.ofHost(loader);
            }
        }
        throw new SQLException("the host's SQLite driver is gone with its class loader");
    }
}
