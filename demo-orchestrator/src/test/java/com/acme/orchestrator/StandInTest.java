package com.acme.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in against what was seen of the real CLI: exit, stdout, stderr and transcripts of each case. */
class StandInTest {
    private static final String UNKNOWN = "11111111-2222-4333-8444-555555555555";

    @TempDir
    private Path directory;

    private Path script;
    private Path workspace;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void unpack() throws IOException {
        script = StandIn.unpackInto(directory);
        workspace = Files.createDirectory(directory.resolve("work space.d"));
        environment.put("CLAUDE_CONFIG_DIR", directory.resolve("config").toString());
        environment.put("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void anUnknownIdIsRefusedOnStderrOnly(String format) throws Exception {
        ChildProcess.Output output = claude("--resume", UNKNOWN, "--output-format", format, "hello");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stdout()).isEmpty();
        assertThat(output.stderr()).containsExactly("No conversation found with session ID: " + UNKNOWN);
    }

    @Test
    void inStreamJsonTheResultLineRefusesAnUnknownIdToo() throws Exception {
        ChildProcess.Output output = streamJson("--resume", UNKNOWN, "hello");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stdout()).hasSize(1);
        assertThat(ResultLine.lastOf(output.stdout()))
                .contains(new ResultLine(
                        "error_during_execution",
                        true,
                        UNKNOWN,
                        "",
                        List.of("No conversation found with session ID: " + UNKNOWN)));
        assertThat(output.stderr()).containsExactly("No conversation found with session ID: " + UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-a-uuid", "11111111-2222-4333-8444-55555555555g", "11111111222243338444555555555555"})
    void anIdThatIsNoUuidIsRefusedInWordsOfItsOwn(String id) throws Exception {
        ChildProcess.Output output = streamJson("--resume", id, "hello");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr())
                .singleElement()
                .asString()
                .startsWith("Error: --resume requires a valid session ID or session title when used with --print.")
                .endsWith("Provided value \"" + id + "\" is not a UUID and does not match any session title.");
        ResultLine result = ResultLine.lastOf(output.stdout()).orElseThrow();
        assertThat(result.errors()).isEqualTo(output.stderr());
        assertThat(result.sessionId()).isNotEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(value = {"''", "'{\"type\":\"queue-operation\",\"operation\":\"enqueue\"}'"})
    void aTranscriptThatIsEmptyOrMetadataOnlyIsNoConversation(String content) throws Exception {
        Files.createDirectories(transcript(UNKNOWN).getParent());
        Files.writeString(transcript(UNKNOWN), content);

        assertThat(streamJson("--resume", UNKNOWN, "hello").exit()).isEqualTo(1);
    }

    @Test
    void anotherConfigDirectoryKnowsNothingOfTheSession() throws Exception {
        String id = started();
        environment.put("CLAUDE_CONFIG_DIR", directory.resolve("other account").toString());

        assertThat(streamJson("--resume", id, "hello").stderr())
                .containsExactly("No conversation found with session ID: " + id);
    }

    @Test
    void anAnswerThatQuotesTheRefusalIsASuccess() throws Exception {
        ChildProcess.Output output = streamJson("say \"No conversation found with session ID: 1\"\\\n\tthen stop");

        assertThat(output.exit()).isZero();
        assertThat(output.stderr()).isEmpty();
        ResultLine result = ResultLine.lastOf(output.stdout()).orElseThrow();
        assertThat(result.subtype()).isEqualTo("success");
        assertThat(result.isError()).isFalse();
        assertThat(result.text()).endsWith("say \"No conversation found with session ID: 1\"\\\n\tthen stop");
    }

    @Test
    void aStartedSessionCanBeResumedAndKeepsItsId() throws Exception {
        String id = started();

        ChildProcess.Output output = streamJson("--resume", id, "and then?");

        assertThat(output.exit()).isZero();
        assertThat(output.stdout()).hasSize(3).first().asString().contains("\"subtype\":\"init\"", id);
        assertThat(sessionId(output)).isEqualTo(id);
        assertThat(Files.readAllLines(transcript(id))).hasSize(4);
    }

    @Test
    void aRunThatTheApiFailsIsASuccessWithAnErrorAndItsSessionLives() throws Exception {
        String id = started();
        environment.put("CLAUDE_STAND_IN_API", "down");
        ChildProcess.Output failed = streamJson("--resume", id, "hello");
        environment.remove("CLAUDE_STAND_IN_API");

        assertThat(failed.exit()).isEqualTo(1);
        ResultLine result = ResultLine.lastOf(failed.stdout()).orElseThrow();
        assertThat(result.subtype()).isEqualTo("success");
        assertThat(result.isError()).isTrue();
        assertThat(result.sessionId()).isEqualTo(id);
        assertThat(streamJson("--resume", id, "hello").exit()).isZero();
    }

    @Test
    void anIdThatIsAskedForIsTakenOnceOnly() throws Exception {
        assertThat(sessionId(streamJson("--session-id", UNKNOWN, "hello"))).isEqualTo(UNKNOWN);

        ChildProcess.Output again = streamJson("--session-id", UNKNOWN, "hello");

        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.stdout()).isEmpty();
        assertThat(again.stderr()).containsExactly("Error: Session ID " + UNKNOWN + " is already in use.");
    }

    @Test
    void textOutputIsTheAnswerAlone() throws Exception {
        assertThat(claude("hello").stdout()).containsExactly("Done: hello");
    }

    @Test
    void jsonOutputIsTheResultLineAlone() throws Exception {
        ChildProcess.Output output = claude("--output-format", "json", "hello");

        assertThat(output.stdout()).hasSize(1);
        assertThat(ResultLine.lastOf(output.stdout()).map(ResultLine::text)).contains("Done: hello");
    }

    @Test
    void streamJsonAsksForVerbose() throws Exception {
        ChildProcess.Output output = claude("--output-format", "stream-json", "hello");

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stderr())
                .containsExactly("Error: When using --print, --output-format=stream-json requires --verbose");
    }

    @Test
    void asSdksRunItEveryPromptOnStdinIsAnsweredInOneSession() throws Exception {
        ChildProcess.Output output = streamed("""
                {"type":"user","session_id":"default","message":{"content":"say \\"hello\\"\\nand stop","role":"user"}}
                {"type":"user","message":{"role":"user","content":"again"},"session_id":"default"}
                """);

        assertThat(output.exit()).isZero();
        List<ResultLine> results = output.stdout().stream()
                .filter(line -> line.startsWith("{\"type\":\"result\""))
                .flatMap(line -> ResultLine.lastOf(List.of(line)).stream())
                .toList();
        assertThat(results)
                .extracting(ResultLine::text)
                .containsExactly("Done: say \"hello\"\nand stop", "Done: again");
        assertThat(results).extracting(ResultLine::sessionId).containsOnly(sessionId(output));
    }

    @Test
    void asSdksRunItAnUnknownIdIsRefusedBeforeAnyPrompt() throws Exception {
        ChildProcess.Output output = streamed("", "--resume", UNKNOWN);

        assertThat(output.exit()).isEqualTo(1);
        assertThat(output.stdout()).hasSize(1);
        assertThat(sessionId(output)).isEqualTo(UNKNOWN);
        assertThat(output.stderr()).containsExactly("No conversation found with session ID: " + UNKNOWN);
    }

    private String started() throws Exception {
        return sessionId(streamJson("hello"));
    }

    private static String sessionId(ChildProcess.Output output) {
        Optional<ResultLine> result = ResultLine.lastOf(output.stdout());
        return result.orElseThrow().sessionId();
    }

    private Path transcript(String id) throws IOException {
        String project = workspace.toRealPath().toString().replaceAll("[^a-zA-Z0-9]", "-");
        return directory.resolve("config").resolve("projects").resolve(project).resolve(id + ".jsonl");
    }

    private ChildProcess.Output streamJson(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--output-format", "stream-json", "--verbose"));
        all.addAll(List.of(arguments));
        return claude(all.toArray(String[]::new));
    }

    private ChildProcess.Output streamed(String prompts, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString(), "--input-format", "stream-json"));
        command.addAll(List.of("--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"));
        command.addAll(List.of(arguments));
        Path input = Files.writeString(directory.resolve("input"), prompts);
        return run(new ProcessBuilder(command).redirectInput(input.toFile()));
    }

    private ChildProcess.Output claude(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString(), "-p"));
        command.addAll(List.of(arguments));
        return run(new ProcessBuilder(command));
    }

    private ChildProcess.Output run(ProcessBuilder builder) throws Exception {
        builder.directory(workspace.toFile());
        builder.environment().putAll(environment);
        return ChildProcess.run(builder, Duration.ofSeconds(30));
    }
}
