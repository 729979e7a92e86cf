package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.config.Credentials;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.store.DatabaseSchema.Column;
import dev.sessionttl.engine.store.DatabaseSchema.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

class DatabaseSchemaTest {
    private static final Credentials NOBODY = new Credentials(Optional.empty(), Optional.empty());

    @TempDir
    Path folder;

    @Test
    void ofAnSqliteFileTheTablesColumnsAndKeysAreTold() throws IOException {
        HostDatabase.with(
                        folder,
                        "CREATE TABLE Chat (channel TEXT, who TEXT, session_id TEXT UNIQUE, used INTEGER NOT NULL, PRIMARY KEY (who, channel))",
                        "CREATE INDEX by_use ON Chat (used)")
                .closeConnection();

        assertThat(DatabaseSchema.read("jdbc:sqlite:" + folder.resolve("orchestrator.db"), NOBODY))
                .containsExactly(new Table(
                        "Chat",
                        List.of(
                                new Column("channel", "TEXT", true),
                                new Column("who", "TEXT", true),
                                new Column("session_id", "TEXT", false),
                                new Column("used", "INTEGER", true)),
                        List.of(List.of("who", "channel"), List.of("session_id"))));
    }

    @Test
    void aFileThatIsNotThereIsSaidAndNotMade() {
        Path missing = folder.resolve("missing.db");

        assertThatThrownBy(() -> DatabaseSchema.read("jdbc:sqlite:" + missing, NOBODY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no file " + missing);
        assertThat(Files.exists(missing)).isFalse();
    }

    @Test
    void aFileThatIsNoDatabaseIsSaid() throws IOException {
        Path text = Files.writeString(
                folder.resolve("text.db"), "no database at all, though long enough to be one".repeat(100));

        assertThatThrownBy(() -> DatabaseSchema.read("jdbc:sqlite:" + text, NOBODY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a database");
    }

    @Test
    void ofPostgresqlTheTablesColumnsAndKeysAreTold() throws SQLException, IOException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        try (Connection connection = new Driver().connect(PostgresServer.url(), properties);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE discovered (id bigserial PRIMARY KEY, session_id uuid, used timestamptz NOT NULL,"
                            + " channel text UNIQUE)");
            try {
                List<Table> tables = DatabaseSchema.read(
                        PostgresServer.url(), new Credentials(Optional.of("postgres"), Optional.empty()));

                assertThat(tables)
                        .contains(new Table(
                                "discovered",
                                List.of(
                                        new Column("id", "bigint", true),
                                        new Column("session_id", "uuid", false),
                                        new Column("used", "timestamp with time zone", true),
                                        new Column("channel", "text", false)),
                                List.of(List.of("id"), List.of("channel"))));
            } finally {
                statement.execute("DROP TABLE discovered");
            }
        }
    }
}
