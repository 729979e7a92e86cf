package dev.sessionttl.engine.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A real PostgreSQL server, started with the first test that needs it, and stopped with the tests' JVM. */
final class PostgresServer {
    private static final EmbeddedPostgres RUNNING = start();

    private PostgresServer() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Without a user, who is {@code postgres}; that one needs no password. */
    static String url() {
        return "jdbc:postgresql://localhost:" + RUNNING.getPort() + "/postgres";
    }
}
