package com.acme.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClaudeCliTest {
    private static final String UNKNOWN = "11111111-2222-4333-8444-555555555555";
    private static final String REFUSAL = "No conversation found with session ID: " + UNKNOWN;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void aStartedSessionGoesOnUnderItsId() throws Exception {
        ClaudeCli cli = Clis.standIn(directory);

        RunResult started = cli.start("hello");
        RunResult resumed = cli.resume(started.sessionId(), "and then?");

        assertThat(resumed).isEqualTo(new RunResult(started.sessionId(), "Done: and then?"));
    }

    @Test
    void aRefusedResumeSaysSoInTheCliWords() throws Exception {
        ClaudeCli cli = Clis.standIn(directory);

        assertThatThrownBy(() -> cli.resume(UNKNOWN, "hello"))
                .isInstanceOf(ResumeFailedException.class)
                .hasMessage("resume failed — " + REFUSAL);
    }

    @Test
    void anIdThatIsNoUuidIsARefusalToo() throws Exception {
        ClaudeCli cli = Clis.standIn(directory);

        assertThatThrownBy(() -> cli.resume("not-a-uuid", "hello")).isInstanceOf(ResumeFailedException.class);
    }

    @Test
    void aRefusalOnStderrAloneIsEnough() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, "echo '" + REFUSAL + "' >&2; exit 1");

        assertThatThrownBy(() -> cli.resume(UNKNOWN, "hello")).isInstanceOf(ResumeFailedException.class);
    }

    @Test
    void anAnswerThatQuotesTheRefusalIsAnAnswer() throws Exception {
        ClaudeCli cli = Clis.standIn(directory);
        String id = cli.start("hello").sessionId();

        assertThat(cli.resume(id, REFUSAL).text()).contains(REFUSAL);
    }

    @Test
    void aRunThatTheApiFailedIsNoRefusal() throws Exception {
        String id = Clis.standIn(directory).start("hello").sessionId();
        ClaudeCli cli = Clis.standIn(directory, "CLAUDE_STAND_IN_API", "down");

        assertThatThrownBy(() -> cli.resume(id, REFUSAL))
                .isExactlyInstanceOf(ClaudeCliException.class)
                .hasMessage("claude failed (exit 1): API Error: Unable to connect to API (ConnectionRefused)");
    }

    @Test
    void anApiFailureThatQuotesTheRefusalIsNoRefusal() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, """
                echo '{"type":"result","subtype":"success","is_error":true,"result":"%s","session_id":"%s"}'
                exit 1
                """.formatted(REFUSAL, UNKNOWN));

        assertThatThrownBy(() -> cli.resume(UNKNOWN, "hello")).isExactlyInstanceOf(ClaudeCliException.class);
    }

    @Test
    void aCrashWithoutAResultIsAFailure() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, "echo 'Segmentation fault' >&2; exit 139");

        assertThatThrownBy(() -> cli.start("hello"))
                .isExactlyInstanceOf(ClaudeCliException.class)
                .hasMessage("claude failed (exit 139): Segmentation fault");
    }

    @Test
    void linesThatAreNoJsonArePassedOver() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, """
                echo 'update available'
                echo '{broken'
                echo '{"type":"result","subtype":"success","is_error":false,"usage":{"a":[1]},"result":"yes","session_id":"s"}'
                """);

        assertThat(cli.start("hello")).isEqualTo(new RunResult("s", "yes"));
    }

    @Test
    void outputThatWouldFillAPipeIsDrained() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, """
                dd if=/dev/zero bs=1024 count=512 2>/dev/null | tr '\\0' 'x' >&2
                echo '{"type":"result","subtype":"success","is_error":false,"result":"yes","session_id":"s"}'
                """);

        assertThat(cli.start("hello").text()).isEqualTo("yes");
    }

    @Test
    void thePromptMayBeginWithADash() throws Exception {
        assertThat(Clis.standIn(directory).start("--resume").text()).isEqualTo("Done: --resume");
    }

    @Test
    void theCliFindsItsInputClosed() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, """
                cat
                echo '{"type":"result","subtype":"success","is_error":false,"result":"yes","session_id":"s"}'
                """);

        assertThat(cli.start("hello").text()).isEqualTo("yes");
    }

    @Test
    void aRunThatTakesTooLongIsKilled() throws Exception {
        ClaudeCli cli = Clis.script(directory, Duration.ofMillis(50), "exec sleep 60");

        assertThatThrownBy(() -> cli.start("hello"))
                .isExactlyInstanceOf(ClaudeCliException.class)
                .hasMessageContaining("no exit within");
    }

    @Test
    @Timeout(30)
    void anInterruptedCallerLeavesNoProcessBehind() throws Exception {
        ClaudeCli cli = Clis.script(directory, LONG, "exec sleep 60");
        Thread caller = Thread.currentThread();
        CompletableFuture<Void> interruption = CompletableFuture.runAsync(() -> {
            while (ourChildren() == 0) {
                Thread.onSpinWait();
            }
            caller.interrupt();
        });

        assertThatThrownBy(() -> cli.start("hello")).isInstanceOf(InterruptedException.class);

        interruption.get(10, TimeUnit.SECONDS);
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            child.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(ourChildren()).isZero();
    }

    @Test
    void aProgramThatIsNotThereIsAFailure() {
        ClaudeCli cli = new ClaudeCli(directory.resolve("none").toString(), directory, Map.of(), LONG);

        assertThatThrownBy(() -> cli.start("hello"))
                .isExactlyInstanceOf(ClaudeCliException.class)
                .hasMessageStartingWith("claude could not be run");
    }

    private static long ourChildren() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).count();
    }
}
