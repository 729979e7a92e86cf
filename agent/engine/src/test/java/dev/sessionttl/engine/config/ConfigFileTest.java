package dev.sessionttl.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
    private static final AgentConfig DEFAULTS = new AgentConfig(
            true,
            false,
            86_400_000,
            new StoreConfig(
                    true,
                    Optional.empty(),
                    "agent_sessions",
                    List.of("agent_id"),
                    "session_id",
                    "last_used_at",
                    TimestampFormat.AUTO,
                    ExpireAction.DELETE_ROW,
                    false,
                    50,
                    new SweepConfig(2_000, 0, 1.0),
                    new Credentials(Optional.empty(), Optional.empty()),
                    Optional.empty()),
            List.of(),
            List.of(),
            List.of(),
            new ProcessesConfig(false, StaleProcess.OBSERVE, List.of()),
            Optional.empty(),
            new MetricsConfig(true, Optional.empty()),
            Optional.empty());

    @TempDir
    Path folder;

    @Test
    void aMissingFileGivesDefaultsAndOneProblem() {
        Path file = folder.resolve("config/agents.json");

        LoadedConfig loaded = Loading.load(file, Map.of(), Map.of());

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo(file.toString());
            assertThat(problem.what()).isEqualTo("the file does not exist");
            assertThat(problem.remedy())
                    .contains("create it", "-javaagent:session-ttl-agent.jar=FILE", "environment", "system properties");
        });
    }

    @Test
    void environmentAndPropertiesApplyWithoutAFile() {
        LoadedConfig loaded = Loading.load(
                folder.resolve("none.json"),
                Map.of("SESSION_TTL_STORE_URL", "jdbc:sqlite:a.db"),
                Map.of("session.ttl.dryRun", "true"));

        assertThat(loaded.config().store().url()).contains("jdbc:sqlite:a.db");
        assertThat(loaded.config().dryRun()).isTrue();
    }

    /** To open one waits for somebody who writes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatNobodyWritesToIsAProblemAndKeepsNobodyWaitingForEver() throws Exception {
        Path pipe = pipe();

        LoadedConfig loaded = Loading.load(pipe, Map.of(), Map.of());

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems())
                .extracting(Problem::what)
                .containsExactly("the file cannot be read: nothing has come out of it for 5 s");
    }

    /** As a shell gives it by {@code <(…)}. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatSomebodyWritesToIsRead() throws Exception {
        Path pipe = pipe();
        Process writer = new ProcessBuilder("sh", "-c", "echo '{ \"sessionTtl\": { \"dryRun\": true } }' > pipe.json")
                .directory(folder.toFile())
                .start();

        LoadedConfig loaded = Loading.load(pipe, Map.of(), Map.of());

        assertThat(writer.waitFor()).isZero();
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().dryRun()).isTrue();
    }

    private Path pipe() throws Exception {
        Path pipe = folder.resolve("pipe.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    @Test
    void aFolderInPlaceOfTheFileIsAProblem() {
        LoadedConfig loaded = Loading.load(folder, Map.of(), Map.of());

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo(folder.toString());
            assertThat(problem.what()).startsWith("the file cannot be read: ");
        });
    }

    /** What a shell hands over as {@code <(…)}. */
    @Test
    void aPipeIsReadAsAFileIs() throws Exception {
        Path pipe = folder.resolve("agents.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process writer = new ProcessBuilder(
                        "sh",
                        "-c",
                        "echo '{ \"MAX_SESSION_AGE_MS\": 7, \"sessionTtl\": {} }' > \"$0\"",
                        pipe.toString())
                .start();

        LoadedConfig loaded = Loading.load(pipe, Map.of(), Map.of());

        assertThat(writer.waitFor()).isZero();
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().maxSessionAgeMillis()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t ", "// nothing yet", "\uFEFF"})
    void anEmptyFileIsAProblem(String json) {
        LoadedConfig loaded = Loading.load(json);

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems()).extracting(Problem::what).containsExactly("the file is empty");
    }

    @Test
    void aFileThatIsNotUtf8IsAProblem() throws IOException {
        Path file = Files.write(folder.resolve("agents.json"), "{\"ä\":1}".getBytes(StandardCharsets.UTF_16LE));
        Path latin = Files.write(folder.resolve("latin.json"), "{\"ä\":1}".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(Loading.load(latin, Map.of(), Map.of()).problems())
                .extracting(Problem::what)
                .containsExactly("the file is not UTF-8");
        assertThat(Loading.load(file, Map.of(), Map.of()).problems()).hasSize(1);
    }

    @Test
    void aByteOrderMarkIsTolerated() {
        LoadedConfig loaded = Loading.load("\uFEFF{ \"MAX_SESSION_AGE_MS\": 5, \"sessionTtl\": {} }");

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().maxSessionAgeMillis()).isEqualTo(5);
    }

    @Test
    void commentsAndTrailingCommasAreTolerated() {
        LoadedConfig loaded = Loading.load("""
                {
                  // a line
                  "MAX_SESSION_AGE_MS": 5, /* a block */
                  "sessionTtl": { "store": { "key": ["a", "b",], }, },
                }
                """);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().key()).containsExactly("a", "b");
    }

    @Test
    void aSyntaxErrorIsReportedWhereItIsAndNothingOfTheFileIsUsed() {
        String json = "{ \"MAX_SESSION_AGE_MS\": 5,\n  \"sessionTtl\": { \"dryRun\": yes } }";

        LoadedConfig loaded = Loading.load(json);

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo("agents.json:2:29");
            assertThat(problem.what()).startsWith("the file is not JSON: ").contains("yes");
            assertThat(problem.remedy()).contains("nothing of it is used", "environment");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "DB_PASSWD", "clientSecret", "api_token"})
    void aSyntaxErrorDoesNotQuoteASecret(String name) {
        assertThat(Loading.load("{ \"" + name + "\": hunter2, \"sessionTtl\": {} }")
                        .problems())
                .extracting(Problem::what)
                .containsExactly("the file is not JSON: the value of " + name + " is none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{ \"sessionTtl\": {", "{} {}", "{} x", "{'a':1}", "\u0000", "{\"a\":\"\n\"}", "{\"a\" 1}"})
    void whatIsNotJsonIsOneProblem(String json) {
        LoadedConfig loaded = Loading.load(json);

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).matches("agents.json:1:\\d+|agents.json:2:\\d+");
            assertThat(problem.what()).startsWith("the file is not JSON: ").doesNotContain("\n", "[Source");
        });
    }

    @Test
    void aNestingWithoutEndIsOneProblem() {
        assertThat(Loading.load("{ \"sessionTtl\": " + "[".repeat(200_000)).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.place()).isEqualTo("agents.json:1:517");
                    assertThat(problem.what())
                            .startsWith("the file is not JSON: ")
                            .contains("nesting depth");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"sessionTtl\"", "1", "null", "true"})
    void aRootThatIsNoObjectIsAProblem(String json) {
        assertThat(Loading.load(json).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo("agents.json:1:1");
            assertThat(problem.what()).isEqualTo(json + " is not an object");
        });
    }

    @Test
    void aFileWithoutASectionIsAProblemAndItsMaxAgeCounts() {
        LoadedConfig loaded = Loading.load("{ \"MAX_SESSION_AGE_MS\": 5, \"agents\": [] }");

        assertThat(loaded.config().maxSessionAgeMillis()).isEqualTo(5);
        assertThat(loaded.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "agents.json:1:1: there is no sessionTtl section; add \"sessionTtl\": { … }; meanwhile defaults"
                                + " apply, and above them the environment and the system properties");
    }

    @Test
    void aMisspeltSectionIsNamed() {
        assertThat(Loading.load("{ \"sessionTTL\": {} }").problems())
                .extracting(Problem::remedy)
                .singleElement()
                .asString()
                .startsWith("did you mean \"sessionTTL\" to be it?");
    }

    @Test
    void theHostsOwnEntriesAreNoneOfTheAgentsBusiness() {
        LoadedConfig loaded = Loading.load("""
                { "agents": { "a": [1, {"sessionTtl": 5}], "a": 2 }, "sessionTtls": 1, "agents": 3, "sessionTtl": {} }
                """);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config()).isEqualTo(DEFAULTS);
    }

    @Test
    void evenWhatNobodyForesawIsAProblemAndNotAnException() {
        Map<String, String> broken = new AbstractMap<>() {
            @Override
            public Set<Entry<String, String>> entrySet() {
                throw new IllegalStateException("no environment today");
            }
        };

        LoadedConfig loaded = Loading.load("{ \"sessionTtl\": { \"dryRun\": true } }", broken, Map.of());

        assertThat(loaded.config()).isEqualTo(DEFAULTS);
        assertThat(loaded.problems())
                .extracting(Problem::what)
                .containsExactly("the config cannot be read: no environment today");
    }
}
