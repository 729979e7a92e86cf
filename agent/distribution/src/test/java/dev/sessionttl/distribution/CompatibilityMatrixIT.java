package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The README claims of hosts what the tests that just ran have proven, no less and no more. The build runs it last. */
@EnabledOnOs(OS.LINUX)
@DisabledIfSystemProperty(named = "it.test", matches = ".+", disabledReason = "only some of the tests have run")
class CompatibilityMatrixIT {
    private static final Path README = Path.of("..", "..", "README.md");
    private static final String BEGIN = "<!-- compatibility: written by the tests -->";
    private static final String END = "<!-- /compatibility -->";

    @Test
    void theTableInTheReadmeIsWhatTheTestsHaveProven() throws IOException {
        List<Integer> jdks = Jdk.oldestAndNewest().stream().map(Jdk::feature).toList();
        String readme = Files.readString(README);
        String told = readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END))
                .strip();
        assumeThat(told.isEmpty() || told.startsWith(Compatibility.table(jdks).get(0)))
                .as("the JDKs that the table was made with are on this machine")
                .isTrue();

        String proven = String.join("\n", Compatibility.table(jdks));

        assertThat(told)
                .as("the table in README.md; the tests that ran have proven this one:\n%s\n", proven)
                .isEqualTo(proven);
    }
}
