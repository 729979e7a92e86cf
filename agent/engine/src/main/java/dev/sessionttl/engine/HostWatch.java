package dev.sessionttl.engine;

import dev.sessionttl.engine.weaving.ClassWatch;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Waits for the moments that change what the agent may do: the host's {@code main}, and what it loads. */
final class HostWatch implements ClassWatch {
    /** A host that was started by no launcher of the JDK has no main class that could be seen. */
    private static final long WITHOUT_MAIN_MILLIS = 10_000;

    private final Stores stores;
    private final Exporters exporters;
    private final Runnable onMain;
    private final AtomicBoolean mainHasBegun = new AtomicBoolean();

    HostWatch(Stores stores, Exporters exporters, Runnable onMain) {
        this.stores = stores;
        this.exporters = exporters;
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
    public void sqliteDriversWereUsedBy(Set<ClassLoader> loaders) {
        stores.table().ifPresent(table -> table.hostHadUsed(loaders));
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
    public void micrometerLoadedBy(ClassLoader loader) {
        exporters.micrometerLoadedBy(loader);
    }

    @Override
    public void managementBegins() {
        exporters.managementBegins();
    }

    @Override
    public void mainBegins() {
        if (mainHasBegun.compareAndSet(false, true)) {
            onMain.run();
        }
    }
}
