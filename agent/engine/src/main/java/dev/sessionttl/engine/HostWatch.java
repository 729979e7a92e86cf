package dev.sessionttl.engine;

import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.store.SqliteTable;
import dev.sessionttl.engine.weaving.ClassWatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Waits for the two moments that change what the agent may do: the host's {@code main}, and its SQLite driver. */
final class HostWatch implements ClassWatch {
    /** A host that was started by no launcher of the JDK has no main class that could be seen. */
    private static final long WITHOUT_MAIN_MILLIS = 10_000;

    private final SqliteTable table;
    private final Runnable onMain;
    private final AtomicBoolean mainHasBegun = new AtomicBoolean();

    HostWatch(SqliteTable table, BackgroundThread background, Runnable onMain) {
        this.table = table;
        this.onMain = onMain;
        background.after(WITHOUT_MAIN_MILLIS, this::mainBegins);
    }

    @Override
    public void sqliteDriverLoadedBy(ClassLoader loader) {
        if (!table.hostHasADriver()) {
            Log.debug("the host loads a SQLite driver by " + loader.getClass().getName()
                    + ": only that one is used from here on");
        }
        table.hostDriverLoadedBy(loader);
    }

    @Override
    public void mainBegins() {
        if (mainHasBegun.compareAndSet(false, true)) {
            onMain.run();
        }
    }
}
