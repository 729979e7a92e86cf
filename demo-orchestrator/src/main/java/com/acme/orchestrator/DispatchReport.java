package com.acme.orchestrator;

import java.time.Duration;
import java.util.Optional;

/**
 * What became of one task.
 *
 * @param agentId whose task it was
 * @param resumed the stored session that was tried first
 * @param refusedAfter how long the CLI took to refuse that session; empty when it did not
 * @param outcome how the task ended
 */
public record DispatchReport(
        String agentId, Optional<String> resumed, Optional<Duration> refusedAfter, Outcome outcome) {

    /** How a task ends. */
    public enum Outcome {
        /** the stored session went on */
        RESUMED,
        /** a new session did it */
        STARTED_FRESH,
        /** nothing did it */
        FAILED
    }

    /** A line for the journal: agent, session tried, milliseconds until its refusal, outcome; tabs between, {@code -} for none. */
    public String toLine() {
        return String.join(
                "\t",
                agentId,
                resumed.orElse("-"),
                refusedAfter.map(time -> String.valueOf(time.toMillis())).orElse("-"),
                outcome.name());
    }

    /** Reads what {@link #toLine} wrote; throws {@link IllegalArgumentException} on anything else. */
    public static DispatchReport parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException("not a line of a journal: " + line);
        }
        return new DispatchReport(
                fields[0],
                present(fields[1]),
                present(fields[2]).map(Long::parseLong).map(Duration::ofMillis),
                Outcome.valueOf(fields[3]));
    }

    private static Optional<String> present(String field) {
        return field.equals("-") ? Optional.empty() : Optional.of(field);
    }
}
