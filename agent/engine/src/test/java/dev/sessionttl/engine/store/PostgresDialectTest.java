package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.HostDatabase;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresDialectTest {
    private static final String URL = "jdbc:postgresql://localhost/orchestrator";

    private final PostgresDialect dialect =
            new PostgresDialect(HostDatabase.DEFAULTS, URL, Ages.of(SomeDatabase.defaults(), Optional.empty()));

    @ParameterizedTest
    @CsvSource({
        "55P03, BUSY",
        "57014, BUSY",
        "40001, BUSY",
        "40P01, BUSY",
        "57P03, BUSY",
        "42P01, ABSENT",
        "42703, ABSENT",
        "3F000, ABSENT",
        "3D000, ABSENT",
        "25006, READ_ONLY",
        "P0001, CONSTRAINT",
        "22012, CONSTRAINT",
        "42883, CONSTRAINT",
        "ZZ001, CONSTRAINT",
        "23503, CONSTRAINT",
        "23001, CONSTRAINT",
        "28P01, FAILED",
        "08001, BUSY",
        "42601, FAILED",
        ",      FAILED",
    })
    void everySqlStateSaysWhatCanBeDone(String state, Kind kind) {
        SQLException failure = new SQLException("as the server says", state);

        assertThat(dialect.translated(failure).kind()).isEqualTo(kind);
        assertThat(dialect.translated(failure)).hasMessage("as the server says").hasCause(failure);
    }

    @Test
    void everythingIsBoundAsText() {
        UUID id = UUID.randomUUID();

        assertThat(dialect.bindable(42L)).isEqualTo("42");
        assertThat(dialect.bindable(id)).isEqualTo(id.toString());
        assertThat(dialect.bindable(null)).isNull();
    }

    /** Law 4: premain makes the table; the driver's class would start java.util.logging there. */
    @Test
    void theDriverIsNotEvenLoadedBeforeTheFirstConnection() throws Exception {
        try (AloneLoader loader = new AloneLoader()) {
            Class<?> table = Class.forName(JdbcTable.class.getName(), true, loader);
            Class<?> store = Class.forName(StoreConfig.class.getName(), true, loader);
            Object defaults = Class.forName(HostDatabase.class.getName(), true, loader)
                    .getField("DEFAULTS")
                    .get(null);

            Object made = table.getMethod("of", String.class, store).invoke(null, URL, defaults);

            assertThat(table.getMethod("isUsableBeforeMain").invoke(made)).isEqualTo(false);
            assertThat(loader.hasLoaded(PostgresDialect.class.getName())).isTrue();
            assertThat(loader.hasLoaded("org.postgresql.Driver")).isFalse();
        }
    }

    /** As the engine's own: it shares nothing with the tests' loader but the JDK. */
    private static final class AloneLoader extends URLClassLoader {
        AloneLoader() {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                            .map(AloneLoader::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }

        boolean hasLoaded(String name) {
            return findLoadedClass(name) != null;
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException impossible) {
                throw new IllegalArgumentException(entry, impossible);
            }
        }
    }
}
