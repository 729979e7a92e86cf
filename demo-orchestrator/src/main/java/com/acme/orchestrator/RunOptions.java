package com.acme.orchestrator;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code run} was asked for.
 *
 * @param tasks the queue: a task a line
 * @param db the session store, created when missing
 * @param threads how many dispatches run at once
 * @param workspace the directory that the CLI runs in; it finds its conversations by it
 * @param journal where to leave a line for every dispatch
 * @param linger whether to wait for a line, or the end, of stdin once the queue is empty
 */
public record RunOptions(Path tasks, Path db, int threads, Path workspace, Optional<Path> journal, boolean linger) {
    private static final Set<String> VALUED = Set.of("--tasks", "--db", "--threads", "--workspace", "--journal");

    /** Reads the arguments that follow {@code run}; throws {@link UsageException}. */
    public static RunOptions parse(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        boolean linger = false;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (option.equals("--linger")) {
                linger = true;
            } else if (!VALUED.contains(option)) {
                throw new UsageException("no such option: " + option);
            } else if (!rest.hasNext()) {
                throw new UsageException(option + " needs a value");
            } else {
                given.put(option, rest.next());
            }
        }
        String tasks = given.get("--tasks");
        if (tasks == null) {
            throw new UsageException("--tasks is missing");
        }
        return new RunOptions(
                Path.of(tasks),
                Path.of(given.getOrDefault("--db", "data/orchestrator.db")),
                threads(given.getOrDefault("--threads", "4")),
                Path.of(given.getOrDefault("--workspace", ".")),
                Optional.ofNullable(given.get("--journal")).map(Path::of),
                linger);
    }

    private static int threads(String text) {
        if (!text.matches("[1-9]\\d{0,2}")) {
            throw new UsageException("--threads is a number from 1 to 999, not " + text);
        }
        return Integer.parseInt(text);
    }
}
