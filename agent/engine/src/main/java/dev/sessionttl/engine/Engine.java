package dev.sessionttl.engine;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.weaving.Weaving;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.Optional;

/** Starts the agent as the config says, before the host's {@code main} or while it runs, and follows the config from then on. */
public final class Engine {
    private static final String DEFAULT_CONFIG = "config/agents.json";
    /** A system property of the host, by which the command that attaches the agent is told what came of it. */
    private static final String OUTCOME = "dev.sessionttl.attach";

    private static final String SECOND = "attached already; this second agent changes nothing";

    private final Path file;
    private final Instrumentation instrumentation;
    private final Tally tally = new Tally();
    private final BackgroundThread background = new BackgroundThread(tally);
    private final Reload reload;
    private Optional<RunningAgent> agent = Optional.empty();
    private String lastOutcome = "";

    private Engine(Path file, Instrumentation instrumentation) {
        this.file = file;
        this.instrumentation = instrumentation;
        Access modules = new HostModules(instrumentation);
        this.reload = new Reload(file, () -> Settings.load(file, modules), tally, this::follow);
    }

    /**
     * Starts the agent; called once by the launcher, on the host's main thread, before its {@code main}.
     *
     * @param argument the config's path; blank for {@code config/agents.json} under the working directory
     * @throws Exception if the agent cannot start; the launcher tells the host in one line
     */
    public static void start(String argument, Instrumentation instrumentation) throws Exception {
        String unused = start(argument, instrumentation, false);
    }

    /**
     * Starts the agent in a host that runs already; called by the launcher, on a thread of the JVM's. Nothing is swept
     * here, and an SQLite database is touched through the host's own driver alone (law 1).
     *
     * @param argument as of {@link #start}
     * @throws Exception if the agent cannot start; the launcher tells the host in one line
     */
    public static void attach(String argument, Instrumentation instrumentation) throws Exception {
        System.setProperty(OUTCOME, "the agent could not start; the host's stderr says why");
        System.setProperty(OUTCOME, start(argument, instrumentation, true));
    }

    /** @return what came of it, as it is told to the host's log too */
    private static String start(String argument, Instrumentation instrumentation, boolean hostRuns) throws Exception {
        if (Weaving.isUnderWay()) {
            Log.info(SECOND);
            return SECOND;
        }
        Path file = Path.of(argument.isBlank() ? DEFAULT_CONFIG : argument);
        return new Engine(file, instrumentation).start(hostRuns);
    }

    private String start(boolean hostRuns) throws Exception {
        reload.current().problems().forEach(problem -> Log.warn(problem.toString()));
        String outcome = switchOn(reload.current(), hostRuns);
        Log.info(outcome);
        boolean mayBeSwitchedOn = !hostRuns && !outcome.equals(SECOND);
        if (agent.isPresent() || mayBeSwitchedOn) {
            background.every(Reload.LOOK_MILLIS, reload::look);
        }
        return outcome;
    }

    private String switchOn(Settings settings, boolean hostRuns) throws Exception {
        if (Weaving.isUnderWay()) {
            return SECOND;
        }
        AgentConfig config = settings.config();
        if (!config.enabled()) {
            return "switched off by " + file;
        }
        if (config.store().hasTable() && config.store().url().isEmpty()) {
            return "no store.url in " + file + ": nothing to do";
        }
        agent = RunningAgent.begin(settings, file, instrumentation, hostRuns, tally, background);
        return agent.isEmpty()
                ? SECOND
                : (hostRuns ? "attached: " : "") + agent.get().inWords();
    }

    private void follow(Settings changed) {
        try {
            if (agent.isPresent()) {
                agent.get().follow(changed);
                Log.info(file + " has changed: "
                        + (changed.config().enabled() ? agent.get().inWords() : "switched off"));
            } else {
                String outcome = switchOn(changed, true);
                if (!outcome.equals(lastOutcome)) {
                    Log.info(outcome);
                }
                lastOutcome = outcome;
            }
        } catch (Exception failure) {
            tally.failedOpen("config", failure);
        }
    }
}
