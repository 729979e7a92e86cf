package com.acme.orchestrator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One prompt for one agent.
 *
 * @param agentId whose conversation the prompt belongs to
 * @param prompt what to say
 */
public record Task(String agentId, String prompt) {

    /** Reads a task from each line that is not blank: agent, tab, prompt. */
    public static List<Task> readAll(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(Task::parse)
                .toList();
    }

    private static Task parse(String line) {
        int tab = line.indexOf('\t');
        if (tab < 1) {
            throw new UsageException("a task is an agent, a tab and a prompt, not: " + line);
        }
        return new Task(line.substring(0, tab), line.substring(tab + 1));
    }

    /** The line that {@link #readAll} reads back. */
    public String toLine() {
        return agentId + '\t' + prompt;
    }
}
