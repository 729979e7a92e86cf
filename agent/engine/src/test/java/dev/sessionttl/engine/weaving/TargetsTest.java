package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.FailureConfig;
import dev.sessionttl.engine.config.ReadConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    private static final String PLACE = "config/agents.json:21:17 sessionTtl.failures[0]";

    private static final HostMethod METHOD = Declared.returning(String.class);

    @Test
    void whatIsInOrderBecomesATargetInTheOrderOfTheFile() {
        Targets targets = Targets.of(
                List.of(new ReadConfig(
                        "reads[0]",
                        "com.acme.Store#find(String)",
                        List.of("arg0"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                List.of(failure("com.acme.Cli#resume", "arg0", "thrown")),
                List.of(),
                "session_id",
                ExpireAction.DELETE_ROW,
                Access.NONE);

        assertThat(targets.problems()).isEmpty();
        assertThat(targets.targets())
                .extracting(target -> target.siteIn(METHOD))
                .hasExactlyElementsOfTypes(ReadSite.class, FailureSite.class);
        assertThat(targets.targets()).extracting(Target::place).containsExactly("reads[0]", PLACE);
        assertThat(targets.targets())
                .extracting(target -> target.paths().toString())
                .containsExactly("[arg0]", "[arg0, thrown]");
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Cli.resume, arg0,    thrown",
        "com.acme.Cli#resume, arg,     thrown",
        "com.acme.Cli#resume, arg0,    throws",
        "com.acme.Cli#resume, arg0..x, thrown",
        "'',                  arg0,    thrown",
        "com.acme.Cli#<init>, arg0,    thrown",
        "com.acme.Cli#new,    arg0,    return.error",
    })
    void whatCannotBeReadIsLeftOutAndToldWithItsPlace(String at, String sessionId, String text) {
        Targets targets = Targets.of(
                List.of(new ReadConfig(
                        "reads[0]",
                        "com.acme.Store#find",
                        List.of("arg0"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                List.of(failure(at, sessionId, text)),
                List.of(),
                "session_id",
                ExpireAction.DELETE_ROW,
                Access.NONE);

        assertThat(targets.targets()).hasSize(1);
        assertThat(targets.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo(PLACE);
            assertThat(problem.what()).isNotBlank().isNotEqualTo("null");
            assertThat(problem.toString()).endsWith("; this entry is left out");
        });
    }

    @Test
    void aPatternOfTheConfigReplacesTheRefusalsOfTheCli() {
        Targets targets = Targets.of(
                List.of(),
                List.of(new FailureConfig(
                        PLACE,
                        "com.acme.Cli#resume",
                        Optional.empty(),
                        List.of("arg1"),
                        "return.stderr",
                        Optional.of(Pattern.compile("gone: (?<id>\\w+)")))),
                List.of(),
                "session_id",
                ExpireAction.DELETE_ROW,
                Access.NONE);

        FailureSite site = (FailureSite) targets.targets().get(0).siteIn(METHOD);
        assertThat(site.refusals().in("gone: abc").orElseThrow().sessionId()).contains("abc");
        assertThat(site.refusals().in("No conversation found with session ID: abc"))
                .isEmpty();
        assertThat(site.key()).hasToString("[arg1]");
    }

    @Test
    void eachMethodHasKnownFailuresOfItsOwn() {
        Target target = Targets.of(
                        List.of(),
                        List.of(failure("com.acme.Cli#*", "arg0", "thrown")),
                        List.of(),
                        "session_id",
                        ExpireAction.DELETE_ROW,
                        Access.NONE)
                .targets()
                .get(0);

        assertThat(((FailureSite) target.siteIn(METHOD)).known())
                .isNotSameAs(((FailureSite) target.siteIn(METHOD)).known());
    }

    private static FailureConfig failure(String at, String sessionId, String text) {
        return new FailureConfig(PLACE, at, Optional.of(sessionId), List.of(), text, Optional.empty());
    }
}
