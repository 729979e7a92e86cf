package com.acme.triage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A blocking driver, kept off the event loop. */
class SessionStore {
    private final String url;

    SessionStore(String url) {
        this.url = url;
    }

    Mono<String> find(String service) {
        return Mono.fromCallable(() -> lookUp(service)).subscribeOn(Schedulers.boundedElastic());
    }

    Mono<Void> remember(String service, String session) {
        return Mono.<Void>fromCallable(() -> {
                    save(service, session);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Null where there is none. */
    private String lookUp(String service) throws SQLException {
        try (Connection connection = open();
                PreparedStatement select =
                        connection.prepareStatement("SELECT session_id FROM sessions WHERE service = ?")) {
            select.setString(1, service);
            ResultSet row = select.executeQuery();
            return row.next() ? row.getString(1) : null;
        }
    }

    private void save(String service, String session) throws SQLException {
        try (Connection connection = open();
                PreparedStatement upsert = connection.prepareStatement("INSERT INTO sessions VALUES (?, ?, ?)"
                        + " ON CONFLICT (service) DO UPDATE SET last_active = excluded.last_active")) {
            upsert.setString(1, service);
            upsert.setString(2, session);
            upsert.setLong(3, System.currentTimeMillis() / 1000);
            upsert.executeUpdate();
        }
    }

    private Connection open() throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        connection
                .createStatement()
                .execute("CREATE TABLE IF NOT EXISTS sessions"
                        + " (service TEXT PRIMARY KEY, session_id TEXT NOT NULL, last_active INTEGER NOT NULL)");
        return connection;
    }
}
