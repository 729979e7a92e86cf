package dev.sessionttl.engine.store;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.jdbc4.JDBC4Connection;

/** One copy of SQLite in this process. */
interface SqliteDriver {
    /** Opens a connection; the URL says that nothing may be created. */
    Connection connect(String url) throws SQLException;

    /** Ours, in the engine's own loader. It must never have the file open while the host may have (law 1). */
    SqliteDriver BUNDLED = url -> {
        NativeLibrary.load();
        // Not through its Driver: that would register itself with the host's DriverManager (law 4).
        String file = url.substring("jdbc:sqlite:".length());
        return new JDBC4Connection(url, file, new Properties());
    };

    /**
     * The host's own.
     *
     * @param loader the loader that loaded the host's {@code org.sqlite} classes
     */
    static SqliteDriver ofHost(ClassLoader loader) {
        return url -> {
            try {
                Driver driver = Class.forName("org.sqlite.JDBC", true, loader)
                        .asSubclass(Driver.class)
                        .getDeclaredConstructor()
                        .newInstance();
                Connection connection = driver.connect(url, new Properties());
                if (connection == null) {
                    throw new SQLException("the host's SQLite driver does not take " + url);
                }
                return connection;
            } catch (ReflectiveOperationException | LinkageError unusable) {
                throw new SQLException("the host's SQLite driver cannot be used: " + unusable, unusable);
            }
        };
    }
}
