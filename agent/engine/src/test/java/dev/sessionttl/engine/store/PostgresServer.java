package dev.sessionttl.engine.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.postgresql.Driver;

/** A real PostgreSQL server, started with the first test that needs it, and stopped with the tests' JVM. */
final class PostgresServer {
    private static final EmbeddedPostgres RUNNING = start();

    private PostgresServer() {}

    private static EmbeddedPostgres start() {
        try {
            if (!Driver.isRegistered()) {
                // The agent took it away, and the server's own start looks for it there.
                Driver.register();
            }
            return EmbeddedPostgres.builder().start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Without a user, who is {@code postgres}; that one needs no password. */
    static String url() {
        return "jdbc:postgresql://localhost:" + port() + "/postgres";
    }

    static int port() {
        return RUNNING.getPort();
    }
}
