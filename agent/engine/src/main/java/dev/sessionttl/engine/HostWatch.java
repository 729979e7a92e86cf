package dev.sessionttl.engine;

import dev.sessionttl.engine.weaving.ClassWatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Waits for the two moments that change what the agent may do: the host's {@code main}, and its SQLite driver. */
final class HostWatch implements ClassWatch {
    /** A host that was started by no launcher of the JDK has no main class that could be seen. */
    private static final long WITHOUT_MAIN_MILLIS = 10_000;

    private final Stores stores;
    private final Runnable onMain;
    private final AtomicBoolean mainHasBegun = new AtomicBoolean();

    HostWatch(Stores stores, Runnable onMain) {
        this.stores = stores;
        this.onMain = onMain;
    }

    void begin(BackgroundThread background) {
        background.after(WITHOUT_MAIN_MILLIS, this::mainBegins);
    }

    @Override
    public void sqliteDriverLoadedBy(ClassLoader loader) {
        stores.table().ifPresent(table -> table.hostDriverLoadedBy(loader));
    }

    @Override
    public void sqliteDriverOpens(String name, Object connection, ClassLoader loader) {
        stores.table().ifPresent(table -> table.hostOpens(name, connection, loader));
        stores.record().ifPresent(record -> record.hostOpens(name));
    }

    @Override
    public void sqliteDriverCloses(Object connection) {
        stores.table().ifPresent(table -> table.hostCloses(connection));
    }

    @Override
    public void mainBegins() {
        if (mainHasBegun.compareAndSet(false, true)) {
            onMain.run();
        }
    }
}
