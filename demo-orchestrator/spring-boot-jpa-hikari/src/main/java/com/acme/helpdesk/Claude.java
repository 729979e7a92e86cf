package com.acme.helpdesk;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The Claude CLI, found on the PATH. */
@Component
public class Claude {
    public void resume(String session, String message) {
        run(List.of("--resume", session), message);
    }

    /** Returns the new session. */
    public String start(String message) {
        String session = UUID.randomUUID().toString();
        run(List.of("--session-id", session), message);
        return session;
    }

    private static String run(List<String> options, String message) {
        List<String> command = Stream.of(List.of("claude", "-p"), options, List.of("--", message))
                .flatMap(List::stream)
                .toList();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes()).strip();
            if (process.waitFor() != 0) {
                throw new ClaudeException("claude failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new ClaudeException("claude could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClaudeException("interrupted", e);
        }
    }
}
