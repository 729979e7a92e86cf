package com.acme.reviews;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.stereotype.Component;

/** Runs the Claude CLI. Whatever happens is told in the result: nothing is thrown, nothing logged. */
@Component
public class ClaudeRunner {
    public RunResult run(RunRequest request) {
        List<String> command = new ArrayList<>(List.of("claude", "-p", "--output-format", "json"));
        if (request.sessionId() != null) {
            command.addAll(List.of("--resume", request.sessionId()));
        }
        command.addAll(List.of("--", request.prompt()));
        try {
            return run(command);
        } catch (IOException e) {
            return RunResult.failed(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return RunResult.failed("interrupted");
        }
    }

    private static RunResult run(List<String> command) throws IOException, InterruptedException {
        File errors = File.createTempFile("claude", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(errors)
                    .redirectInput(new File("/dev/null"))
                    .start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                return RunResult.failed(Files.readString(errors.toPath()).strip());
            }
            Map<String, Object> result = JsonParserFactory.getJsonParser().parseMap(output);
            return new RunResult(true, (String) result.get("session_id"), (String) result.get("result"), null);
        } finally {
            errors.delete();
        }
    }
}
