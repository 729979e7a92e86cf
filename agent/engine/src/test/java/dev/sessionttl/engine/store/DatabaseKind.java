package dev.sessionttl.engine.store;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;

/** A database that hosts have, with the driver that they bring for it. */
@SuppressWarnings("ImmutableEnumChecker") // a driver is loaded when it is first asked for
enum DatabaseKind {
    SQLITE_3_21("3.21.0"),
    SQLITE_3_36("3.36.0"),
    SQLITE_NEWEST(SQLiteJDBCLoader.getVersion()),
    POSTGRESQL("");

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String driverVersion;
    private @Nullable ClassLoader loader;

    DatabaseKind(String driverVersion) {
        this.driverVersion = driverVersion;
    }

    boolean isPostgres() {
        return this == POSTGRESQL;
    }

    /** An empty database of this test's own. */
    SomeDatabase create(Path directory) throws SQLException {
        if (!isPostgres()) {
            return new SomeDatabase(this, "jdbc:sqlite:" + directory.resolve("orchestrator.db"));
        }
        String schema = "test_" + SCHEMAS.incrementAndGet();
        try (Connection connection = connect(PostgresServer.url() + "?user=postgres")) {
            connection.createStatement().execute("CREATE SCHEMA " + schema);
        }
        return new SomeDatabase(this, PostgresServer.url() + "?user=postgres&currentSchema=" + schema);
    }

    Connection connect(String url) throws SQLException {
        // Not by DriverManager: the agent removes its driver there, and in these tests the agent's is the host's.
        Driver driver = isPostgres() ? new org.postgresql.Driver() : sqliteDriver();
        return driver.connect(url, new Properties());
    }

    private Driver sqliteDriver() {
        try {
            return Class.forName("org.sqlite.JDBC", true, loader())
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The loader of the driver's own jar, as an application server has one for each of its applications. */
    synchronized ClassLoader loader() {
        if (loader == null) {
            Path jar = Path.of(System.getProperty("host.drivers"), "sqlite-jdbc-" + driverVersion + ".jar");
            try {
                loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            } catch (MalformedURLException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return loader;
    }
}
