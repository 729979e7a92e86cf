package com.acme.orchestrator.night;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Seeds two copies of one evening, lets the orchestrator run each through the night, and sets the outcomes side by side. */
public final class Night {
    private final NightOptions options;
    private final Map<String, String> environment;
    private final Path directory;
    private final PrintStream out;

    /**
     * @param environment variables for the runs, beside the inherited ones
     * @param directory an empty one, where both runs leave their files
     * @param out gets the progress and the table
     */
    public Night(NightOptions options, Map<String, String> environment, Path directory, PrintStream out) {
        this.options = options;
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.out = out;
    }

    /** Runs both halves, one after the other; throws {@link IOException} when files cannot be written or a run fails. */
    public void run() throws IOException, InterruptedException {
        Roster roster = Roster.ofTheIncident();
        Instant evening = Instant.now();
        List<String> titles = new ArrayList<>();
        List<NightResult> results = new ArrayList<>();

        out.println("The night without the agent");
        titles.add("without the agent");
        results.add(in("without", roster, evening).plain());
        if (options.with().isEmpty()) {
            out.println("No agent is built here, and no --with was given: there is no second half.");
        } else {
            out.println("The night with the agent: " + String.join(" ", options.with()));
            titles.add("with the agent");
            results.add(in("with", roster, evening).with(options.with()));
        }

        out.println();
        out.println(new NightTable(roster, titles, results).render());
        out.println();
        out.println("Databases and journals: " + directory);
    }

    private NightRun in(String name, Roster roster, Instant evening) throws IOException {
        return new NightRun(NightFiles.seed(directory.resolve(name), roster, evening), environment, out);
    }
}
