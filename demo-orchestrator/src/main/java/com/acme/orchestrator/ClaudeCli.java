package com.acme.orchestrator;

import com.acme.orchestrator.ChildProcess.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The Claude Code CLI in print mode, a process a run. Both methods block until the run is over and may be called from any thread; an
 * interrupted caller leaves no process behind.
 */
public final class ClaudeCli {
    /** How the CLI, not the model, begins to say that it has nothing to resume. */
    private static final List<String> REFUSALS =
            List.of("No conversation found with session ID", "Error: --resume requires a valid session ID");

    private final String program;
    private final Path workspace;
    private final Map<String, String> environment;
    private final Duration timeout;

    /**
     * @param program path, or name on the {@code PATH}, of the CLI
     * @param workspace the directory it runs in; the CLI finds its conversations by it
     * @param environment variables to set beside the inherited ones
     * @param timeout the longest that a run may take
     */
    public ClaudeCli(String program, Path workspace, Map<String, String> environment, Duration timeout) {
        this.program = program;
        this.workspace = workspace;
        this.environment = Map.copyOf(environment);
        this.timeout = timeout;
    }

    /** Goes on with a stored session; throws {@link ResumeFailedException} when the CLI does not know it any more. */
    public RunResult resume(String sessionId, String prompt) throws ClaudeCliException, InterruptedException {
        Output output = claude(List.of("--resume", sessionId), prompt);
        Optional<String> refusal = refusal(output);
        if (refusal.isPresent()) {
            throw new ResumeFailedException(refusal.get());
        }
        return result(output);
    }

    /** Begins a new session. */
    public RunResult start(String prompt) throws ClaudeCliException, InterruptedException {
        return result(claude(List.of(), prompt));
    }

    private Output claude(List<String> session, String prompt) throws ClaudeCliException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program, "-p", "--output-format", "stream-json", "--verbose"));
        command.addAll(session);
        // A prompt may begin with a dash.
        command.addAll(List.of("--", prompt));
        ProcessBuilder builder = new ProcessBuilder(command).directory(workspace.toFile());
        builder.environment().putAll(environment);
        try {
            return ChildProcess.run(builder, timeout);
        } catch (IOException | TimeoutException e) {
            throw new ClaudeCliException("claude could not be run: " + e.getMessage(), e);
        }
    }

    // The exit and the CLI's own error texts decide. An answer may quote a refusal, and a run that the API failed is
    // not refused.
    private static Optional<String> refusal(Output output) {
        if (output.exit() == 0) {
            return Optional.empty();
        }
        List<String> errors =
                ResultLine.lastOf(output.stdout()).map(ResultLine::errors).orElse(output.stderr());
        return errors.stream()
                .filter(error -> REFUSALS.stream().anyMatch(error::startsWith))
                .findFirst();
    }

    private static RunResult result(Output output) throws ClaudeCliException {
        Optional<ResultLine> last = ResultLine.lastOf(output.stdout());
        if (output.exit() == 0 && last.isPresent() && !last.get().isError()) {
            return new RunResult(last.get().sessionId(), last.get().text());
        }
        List<String> complaints = new ArrayList<>();
        last.ifPresent(line -> {
            complaints.add(line.text());
            complaints.addAll(line.errors());
        });
        complaints.addAll(output.stderr());
        String first =
                complaints.stream().filter(text -> !text.isBlank()).findFirst().orElse("no result");
        throw new ClaudeCliException("claude failed (exit " + output.exit() + "): " + first);
    }
}
