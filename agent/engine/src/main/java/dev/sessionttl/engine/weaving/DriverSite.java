package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import org.jspecify.annotations.Nullable;

/**
 * Where a SQLite driver opens a database: which copy of the driver has a file open decides through which one the agent may
 * touch it (law 1). Drivers of 2017 are given their connection before the name.
 */
record DriverSite(ClassWatch watch) implements Site {
    static final Pointcut POINTCUT = Targets.pointcut("org.sqlite.core.DB#open");

    void entered(@Nullable Object driver, @Nullable Object[] arguments) {
        for (Object argument : arguments) {
            if (driver != null && argument instanceof String name) {
                watch.sqliteDriverOpens(name, driver.getClass().getClassLoader());
            }
        }
    }
}
