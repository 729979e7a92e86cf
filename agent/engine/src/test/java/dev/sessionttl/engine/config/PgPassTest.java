package dev.sessionttl.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgPassTest {
    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("db:5432:runs:app:secret", "secret"),
                arguments("*:*:*:*:secret", "secret"),
                arguments("db:*:runs:*:secret", "secret"),
                arguments("d\\b:5432:r\\uns:app:secret", "secret"),
                arguments("*:*:*:*:a\\:b\\\\c", "a:b\\c"),
                arguments("*:*:*:*:a:b", "a"),
                arguments("*:*:*:*:*", "*"),
                arguments("*:*:*:*: p w ", " p w "),
                arguments("*:*:*:*:a\\", "a\\"),
                arguments("*:*:*:*:", ""));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineThatFitsGivesItsPassword(String line, String password) {
        assertThat(PgPass.parse(line).password("db", "5432", "runs", "app")).contains(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other:5432:runs:app:secret",
                "db:5433:runs:app:secret",
                "db:5432:run:app:secret",
                "db:5432:runs:apps:secret",
                "db:5432:runs:App:secret",
                "db:5432:runs:app",
                "\\*:*:*:*:secret",
                "d*:*:*:*:secret",
                ":*:*:*:secret",
                "# db:5432:runs:app:secret",
                "#:5432:runs:app:secret",
                "db;5432;runs;app;secret",
                "",
                ":",
                "\\"
            })
    void anyOtherLineDoesNot(String line) {
        assertThat(PgPass.parse(line).password("db", "5432", "runs", "app")).isEmpty();
    }

    @Test
    void theFirstLineThatFitsCounts() {
        PgPass file = PgPass.parse("""
                # *:*:*:*:comment

                db:5432:other:app:first
                db:5432:*:app:second\r
                *:*:*:*:third""");

        assertThat(file.password("db", "5432", "runs", "app")).contains("second");
        assertThat(file.password("db", "5432", "other", "app")).contains("first");
        assertThat(file.password("::1", "5432", "runs", "app")).contains("third");
    }

    @Test
    void colonsOfAnAddressAreEscaped() {
        assertThat(PgPass.parse("\\:\\:1:5432:runs:app:secret").password("::1", "5432", "runs", "app"))
                .contains("secret");
    }
}
