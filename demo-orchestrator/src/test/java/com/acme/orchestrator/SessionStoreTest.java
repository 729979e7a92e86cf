package com.acme.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionStoreTest {
    @TempDir
    private Path directory;

    @Test
    void anAgentWithoutASessionHasNone() throws Exception {
        try (SessionStore store = openAt(0)) {
            assertThat(store.find("scout")).isEmpty();
        }
    }

    @Test
    void theDatabaseAndItsDirectoryAreCreatedInWalMode() throws Exception {
        try (SessionStore store = openAt(0)) {
            store.remember("scout", "first");
        }
        assertThat(Files.exists(database())).isTrue();
        assertThat(queried("PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void aSessionOutlivesTheProcess() throws Exception {
        try (SessionStore store = openAt(1_000)) {
            store.remember("scout", "first");
        }
        try (SessionStore store = openAt(2_000)) {
            assertThat(store.find("scout")).contains("first");
        }
        assertThat(queried("SELECT last_used_at FROM agent_sessions")).isEqualTo("1000");
    }

    @Test
    void theFirstSessionStaysWhenAnotherIsRemembered() throws Exception {
        try (SessionStore store = openAt(0)) {
            store.remember("scout", "first");
            store.remember("scout", "second");

            assertThat(store.find("scout")).contains("first");
        }
    }

    @Test
    void aTouchMovesTheTimeAndTakesTheReportedId() throws Exception {
        try (SessionStore store = openAt(1_000)) {
            store.remember("scout", "first");
        }
        try (SessionStore store = openAt(2_000)) {
            store.touch("scout", "first", "forked");

            assertThat(store.sessionIds()).containsExactly("forked");
        }
        assertThat(queried("SELECT last_used_at FROM agent_sessions")).isEqualTo("2000");
    }

    @Test
    void aTouchOfASessionThatIsNoLongerStoredChangesNothing() throws Exception {
        try (SessionStore store = openAt(0)) {
            store.remember("scout", "first");
            store.touch("scout", "gone", "gone");

            assertThat(store.find("scout")).contains("first");
        }
    }

    private SessionStore openAt(long epochMillis) throws Exception {
        return SessionStore.open(database(), Clock.fixed(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC));
    }

    private Path database() {
        return directory.resolve("data/orchestrator.db");
    }

    private String queried(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
