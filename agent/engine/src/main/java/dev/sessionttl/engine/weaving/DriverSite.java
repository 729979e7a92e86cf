package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import org.jspecify.annotations.Nullable;

/**
 * Where a SQLite driver opens a database: which copy of the driver has a file open decides through which one the agent may
 * touch it (law 1). The method is the same from 2014's drivers to today's.
 */
record DriverSite(ClassWatch watch) implements Site {
    static final Pointcut POINTCUT = Targets.pointcut("org.sqlite.core.DB#open(String, int)");

    void entered(@Nullable Object driver, @Nullable Object[] arguments) {
        if (driver != null && arguments[0] instanceof String name) {
            watch.sqliteDriverOpens(name, driver.getClass().getClassLoader());
        }
    }
}
