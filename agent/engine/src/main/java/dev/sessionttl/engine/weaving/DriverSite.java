package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a SQLite driver opens or closes a database: which copy of the driver has a file open decides through which one the
 * agent may touch it (law 1), and the host's last close is to find the file unshared. The methods are there in drivers of
 * 2014 and in today's.
 */
record DriverSite(Pointcut pointcut, Report report) implements Site {
    static List<DriverSite> of(ClassWatch watch) {
        return List.of(
                new DriverSite(
                        Targets.pointcut("org.sqlite.core.DB#open"),
                        (driver, arguments) -> opens(watch, driver, arguments)),
                new DriverSite(
                        Targets.pointcut("org.sqlite.core.DB#close()"),
                        (driver, arguments) -> watch.sqliteDriverCloses(driver)));
    }

    void entered(@Nullable Object driver, @Nullable Object[] arguments) {
        if (driver != null) {
            report.of(driver, arguments);
        }
    }

    /** The name is the first text among them: older drivers are given the connection before it. */
    private static void opens(ClassWatch watch, Object driver, @Nullable Object[] arguments) {
        for (Object argument : arguments) {
            if (argument instanceof String name) {
                watch.sqliteDriverOpens(name, driver, driver.getClass().getClassLoader());
                return;
            }
        }
    }

    @FunctionalInterface
    interface Report {
        void of(Object driver, @Nullable Object[] arguments);
    }
}
