package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of what the CLI was seen to print, and what hosts make of it. */
class RefusalTextTest {
    private static final String ID = "5b0c7c4e-9d0c-4d8e-8f3a-2f1f0e6a7b11";
    private static final String REFUSED_RESULT =
            "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"duration_ms\":0,\"is_error\":true,\"num_turns\":0,"
                    + "\"session_id\":\"" + ID + "\",\"total_cost_usd\":0,\"usage\":{\"input_tokens\":0,\"x\":[1,{}]},"
                    + "\"errors\":[\"No conversation found with session ID: " + ID + "\"]}";
    private static final String INIT =
            "{\"type\":\"system\",\"subtype\":\"init\",\"cwd\":\"/tmp\",\"session_id\":\"" + ID + "\",\"tools\":[]}";

    private final RefusalText claude = RefusalText.ofClaude();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No conversation found with session ID: " + ID,
                "No conversation found with session ID: " + ID + "\n",
                "Error: No conversation found with session ID: " + ID + ".",
                "claude exited with 1: \"No conversation found with session ID: " + ID + "\"",
                "NO CONVERSATION FOUND WITH SESSION ID: " + ID,
                "No conversation found with session ID or name: " + ID,
                "No conversation found with session ID '" + ID + "'",
                "some warning\nNo conversation found with session ID: " + ID + "\nat main.js",
            })
    void theRefusalOfAnUnknownIdIsToldWithItsId(String text) {
        assertThat(claude.in(text)).contains(new Refusal(Optional.of(ID)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Error: --resume requires a valid session ID or session title when used with --print. Usage: claude -p"
                        + " --resume <session-id>. \"not-a-uuid\" is not a UUID and does not match any session title.",
                "Error: conversation not found",
                "Conversation not found.",
                "No conversation found",
                "No conversation found to continue",
            })
    void aRefusalThatNamesNoIdIsToldWithoutOne(String text) {
        assertThat(claude.in(text)).contains(new Refusal(Optional.empty()));
    }

    @Test
    void theRefusedResultOfStreamJsonIsRead() {
        assertThat(claude.in(REFUSED_RESULT)).contains(new Refusal(Optional.of(ID)));
        assertThat(claude.in(INIT + "\n" + REFUSED_RESULT + "\n")).contains(new Refusal(Optional.of(ID)));
        assertThat(claude.in("claude: exit 1, stdout " + REFUSED_RESULT)).contains(new Refusal(Optional.of(ID)));
        assertThat(claude.in("exit 1\r\n" + INIT + "\r\nNo conversation found with session ID: " + ID))
                .contains(new Refusal(Optional.of(ID)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"No conversation found with session ID: x\"}",
                "{\"result\":\"it says: No conversation found with session ID: x\",\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false}",
                "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"conversation not found\"}]}}",
                "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"content\":\"No conversation found with session ID: x\"}]}}",
                // A valid resume whose API call was refused.
                "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"result\":\"API Error: no conversation found\",\"session_id\":\"x\"}",
                "{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"is_error\":true,\"errors\":[\"Reached maximum number of turns\"]}",
                "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true,\"errors\":[],\"result\":\"No conversation found\"}",
                "{\"type\":\"system\",\"subtype\":\"init\",\"errors\":[\"No conversation found\"]}",
            })
    void whatTheModelOrAnotherMessageOfTheCliSaysIsNoRefusal(String line) {
        assertThat(claude.in(line)).isEmpty();
        assertThat(claude.in(INIT + "\n" + line + "\n" + INIT)).isEmpty();
    }

    /** A text is looked at up to a bound, and a host may cut it as well: what is left of an answer is still an answer. */
    @Test
    void aMessageOfTheCliThatWasCutOffIsNoRefusal() {
        String answer = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"grep found: No"
                + " conversation found with session ID: x in cli.js";

        assertThat(claude.in(answer)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"type\": \"result\", \"subtype\": \"success\", \"is_error\": false, \"result\": \"No conversation found\" }",
                "{\"type\": \"result\", \"subtype\": \"success\", \"result\": \"No conversation found\"}",
            })
    void spacesInAMessageOfTheCliChangeNothing(String line) {
        assertThat(claude.in(line)).isEmpty();
    }

    @Test
    void jsonThatIsNoMessageOfTheCliIsReadAsText() {
        assertThat(claude.in("{\"error\":\"No conversation found with session ID: " + ID + "\"}"))
                .contains(new Refusal(Optional.of(ID)));
        assertThat(claude.in("{\"stderr\": \"conversation not found\", broken")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Session ID " + ID + " is already in use.",
                "API Error: Connection error.",
                "Invalid API key · Please run /login",
                "Credit balance is too low",
                "There was no conversation to be found",
                "",
                "{}",
                "{\"",
            })
    void everyOtherEndIsNoRefusal(String text) {
        assertThat(claude.in(text)).isEmpty();
    }

    @Test
    void aPatternOfTheHostsFindsItsTextAnywhere() {
        RefusalText codex = RefusalText.matching(Pattern.compile("no rollout found for thread id (?<id>\\S+)"));

        assertThat(codex.in("error: no rollout found for thread id " + ID)).contains(new Refusal(Optional.of(ID)));
        assertThat(codex.in("{\"type\":\"error\",\"message\":\"no rollout found for thread id " + ID + " !\"}"))
                .contains(new Refusal(Optional.of(ID)));
        assertThat(codex.in("No conversation found with session ID: " + ID)).isEmpty();
    }

    @Test
    void aPatternWithoutAGroupForTheIdTellsNone() {
        RefusalText openCode = RefusalText.matching(Pattern.compile("(Error): Session not found"));

        assertThat(openCode.in("Error: Session not found")).contains(new Refusal(Optional.empty()));
    }

    @Test
    void aGroupForTheIdThatCatchesNothingTellsNone() {
        RefusalText optional = RefusalText.matching(Pattern.compile("not found(: (?<id>\\S*))?"));

        assertThat(optional.in("not found")).contains(new Refusal(Optional.empty()));
        assertThat(optional.in("not found: ")).contains(new Refusal(Optional.empty()));
    }

    @Test
    void aRefusalOfAnotherSessionIsNotOurs() {
        assertThat(new Refusal(Optional.of("abc")).isOfAnotherThan("xyz")).isTrue();
        assertThat(new Refusal(Optional.of("abc")).isOfAnotherThan("abc")).isFalse();
        assertThat(new Refusal(Optional.of("ABC")).isOfAnotherThan("abc")).isFalse();
        assertThat(new Refusal(Optional.empty()).isOfAnotherThan("abc")).isFalse();
    }

    @Test
    void anIdThatWasCutShortIsTheSameSession() {
        assertThat(new Refusal(Optional.of(ID.substring(0, 8))).isOfAnotherThan(ID))
                .isFalse();
        assertThat(new Refusal(Optional.of(ID)).isOfAnotherThan(ID.substring(0, 8)))
                .isFalse();
    }
}
