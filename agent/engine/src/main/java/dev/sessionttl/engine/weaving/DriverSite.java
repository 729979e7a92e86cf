package dev.sessionttl.engine.weaving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a SQLite driver opens or closes a database: which copy of the driver has a file open decides through which one the
 * agent may touch it (law 1), and the host's last close is to find the file unshared. The methods are there in drivers of
 * 2014 and in today's.
 *
 * @param method its name in the class {@link #TYPE}, where it returns nothing
 */
record DriverSite(String method, Report report) implements Site {
    /** With slashes. */
    static final String TYPE = "org/sqlite/core/DB";

    static List<DriverSite> of(ClassWatch watch) {
        return List.of(
                new DriverSite("open", (driver, arguments) -> opens(watch, driver, arguments)),
                new DriverSite("close", (driver, arguments) -> watch.sqliteDriverCloses(driver)));
    }

    void told(@Nullable Object driver, @Nullable Object[] arguments) {
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
