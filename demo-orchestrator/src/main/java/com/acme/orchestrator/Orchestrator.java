package com.acme.orchestrator;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Wires queue, store, CLI and dispatcher, and runs a queue to its end. */
public final class Orchestrator {
    /** How the line begins that says the queue has been worked off. */
    public static final String QUEUE_EMPTY = "queue empty: ";

    private static final Duration RUN_TIMEOUT = Duration.ofMinutes(10);

    private Orchestrator() {}

    /**
     * Dispatches every task, with progress on {@code out}.
     *
     * @param in read once, at the end, when the options say to linger
     * @throws IOException when tasks cannot be read, or store or journal not be written
     */
    public static void run(RunOptions options, InputStream in, PrintStream out)
            throws IOException, InterruptedException {
        List<Task> tasks = Task.readAll(options.tasks());
        TaskQueue queue = new TaskQueue();
        tasks.forEach(queue::add);
        queue.close();
        ClaudeCli cli = claude(options);
        try (SessionStore store = SessionStore.open(options.db(), Clock.systemUTC())) {
            out.printf("%d tasks, %d threads, sessions in %s%n", tasks.size(), options.threads(), options.db());
            List<DispatchReport> reports = new Dispatcher(queue, store, cli, out::println).drain(options.threads());
            if (options.journal().isPresent()) {
                Files.write(
                        options.journal().get(),
                        reports.stream().map(DispatchReport::toLine).toList());
            }
            out.println(QUEUE_EMPTY + Summary.of(reports));
            if (options.linger()) {
                in.read();
            }
        }
    }

    private static ClaudeCli claude(RunOptions options) throws IOException {
        String named = System.getenv("CLAUDE_BIN");
        if (named != null && !named.isBlank()) {
            return new ClaudeCli(named, options.workspace(), Map.of(), RUN_TIMEOUT);
        }
        Path directory = Files.createTempDirectory("orchestrator-");
        Path script = StandIn.unpackInto(directory);
        directory.toFile().deleteOnExit();
        script.toFile().deleteOnExit();
        return new ClaudeCli(script.toString(), options.workspace(), standInHome(options), RUN_TIMEOUT);
    }

    /** Beside the sessions that belong to them, unless told otherwise: in ~/.claude its transcripts would pass for real ones. */
    private static Map<String, String> standInHome(RunOptions options) {
        if (System.getenv("CLAUDE_CONFIG_DIR") != null) {
            return Map.of();
        }
        Path home = options.db().toAbsolutePath().resolveSibling("claude-stand-in");
        return Map.of("CLAUDE_CONFIG_DIR", home.toString());
    }
}
