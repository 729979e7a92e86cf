package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteUrlTest {
    private static final Path HERE = Path.of("").toAbsolutePath();

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:data/orchestrator.db,               data/orchestrator.db",
        "jdbc:sqlite:./data/../orchestrator.db,          orchestrator.db",
        "jdbc:sqlite:data.db?journal_mode=WAL&cache=shared, data.db",
        "jdbc:sqlite:file:data/orchestrator.db,          data/orchestrator.db",
        "jdbc:sqlite:file:data.db?mode=rwc&x=y,          data.db",
        "jdbc:sqlite:file:my%20data/a%2Bb+c.db,          my data/a+b+c.db",
        "jdbc:sqlite:my data/100%.db,                    my data/100%.db",
        "jdbc:sqlite:daten/größe-会話.db,                 daten/größe-会話.db",
        "jdbc:sqlite:a#b.db,                             a#b.db",
    })
    void aRelativeNameLiesUnderTheWorkingDirectory(String url, String file) {
        assertThat(SqliteUrl.parse(url).file()).isEqualTo(HERE.resolve(file));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:sqlite:/var/lib/host.db,                  /var/lib/host.db",
        "jdbc:sqlite:file:/var/lib/host.db,             /var/lib/host.db",
        "jdbc:sqlite:file:///var/lib/host.db,           /var/lib/host.db",
        "jdbc:sqlite:file://localhost/var/lib/host.db,  /var/lib/host.db",
        "jdbc:sqlite:file:/var/lib/a%3Fb.db?mode=ro,    /var/lib/a?b.db",
    })
    void anAbsoluteNameIsTaken(String url, String file) {
        assertThat(SqliteUrl.parse(url).file()).isEqualTo(Path.of(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain.db",
                "with space.db",
                "100%.db",
                "%41.db",
                "größe-会話.db",
                "a#b.db",
                "a?b.db",
                "a+b&c=d.db",
                "'x'.db"
            })
    void whatIsOpenedIsTheFileOfThatNameAndNoOther(String name, @TempDir Path directory) throws SQLException {
        Path file = directory.resolve(name);
        String url = new SqliteUrl(file).withoutCreating();
        assertThatThrownBy(() -> SqliteDriver.BUNDLED.connect(url)).isInstanceOf(SQLException.class);
        assertThat(directory).isEmptyDirectory();

        try (Connection created = SqliteDriver.BUNDLED.connect(url.replace("mode=rw", "mode=rwc"));
                Statement statement = created.createStatement()) {
            statement.execute("CREATE TABLE t (x)");
        }

        assertThat(Files.exists(file)).isTrue();
        assertThat(directory.toFile().list()).containsExactly(name);
        SqliteDriver.BUNDLED.connect(url).close();
    }

    @Test
    void aMissingFileIsNotCreated(@TempDir Path directory) {
        String url =
                SqliteUrl.parse("jdbc:sqlite:" + directory.resolve("none.db")).withoutCreating();

        assertThatThrownBy(() -> SqliteDriver.BUNDLED.connect(url))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getErrorCode() & 0xff).isEqualTo(14));
        assertThat(directory).isEmptyDirectory();
    }
}
