package dev.sessionttl.benchmarks.host;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One connection for all calls. */
public record KeptConnection(Connection connection) implements SessionStore.Connections, AutoCloseable {
    public static KeptConnection to(String url) throws SQLException {
        return new KeptConnection(DriverManager.getConnection(url));
    }

    @Override
    public <T> T with(SessionStore.Use<T> use) throws SQLException {
        return use.of(connection);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
