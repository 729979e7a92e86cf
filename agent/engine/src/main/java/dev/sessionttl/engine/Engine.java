package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.ConfigLoader;
import dev.sessionttl.engine.config.LoadedConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Problem;
import dev.sessionttl.engine.resume.AgentCommands;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Targets;
import dev.sessionttl.engine.weaving.Weaving;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** Wires the agent together, and decides what happens in {@code premain} and what only once the host runs (law 4). */
public final class Engine {
    private static final String DEFAULT_CONFIG = "config/agents.json";

    private Engine() {}

    /**
     * Starts the agent; called once by the launcher, on the host's main thread, before its {@code main}.
     *
     * @param argument the config's path; blank for {@code config/agents.json} under the working directory
     * @throws Exception if the agent cannot start; the launcher tells the host in one line
     */
    public static void start(String argument, Instrumentation instrumentation) throws Exception {
        if (Weaving.isUnderWay()) {
            Log.info("attached already; this second -javaagent does nothing");
            return;
        }
        Path file = Path.of(argument.isBlank() ? DEFAULT_CONFIG : argument);
        LoadedConfig loaded = ConfigLoader.load(file, System.getenv(), System.getProperties());
        loaded.problems().forEach(Engine::tell);
        AgentConfig config = loaded.config();
        boolean hasStore = config.store().url().isPresent() || !config.store().hasTable();
        if (!config.enabled() || !hasStore) {
            Log.info(config.enabled() ? "no store.url in " + file + ": nothing to do" : "switched off by " + file);
            return;
        }
        Targets targets = Targets.of(
                config.reads(),
                config.failures(),
                config.store().sessionId(),
                config.store().expire(),
                new HostModules(instrumentation));
        targets.problems().forEach(Engine::tell);
        start(config, file, targets, instrumentation);
    }

    private static void start(AgentConfig config, Path file, Targets targets, Instrumentation instrumentation)
            throws Exception {
        Tally tally = new Tally();
        BackgroundThread background = new BackgroundThread(tally);
        MaxSessionAge maxAge = new MaxSessionAge(config.maxSessionAgeMillis(), InstantSource.system());
        Stores stores = Stores.of(config, file, maxAge.clock(), tally);
        Sessions sessions =
                new Sessions(stores.sessions(), maxAge, System::nanoTime, tally, background, config.dryRun());

        Optional<Sweeps> sweeps =
                stores.table().map(table -> new Sweeps(config, table, maxAge, background, sessions, tally));
        sweeps.ifPresent(Sweeps::beforeMain);

        TableFacts facts = new TableFacts(stores.table(), background, maxAge.clock());
        SiteReport report = new SiteReport(targets.targets(), instrumentation);
        SessionMeters meters = new SessionMeters(tally, facts, report.methodsByPointcut());
        Resumes resumes = new Resumes(sessions, tally);
        HostWatch watch = new HostWatch(stores, () -> {
            sweeps.ifPresent(Sweeps::onceTheHostRuns);
            report.onceTheHostRuns(background);
            new Exporters(config, meters, facts).onceTheHostRuns(background);
        });
        Optional<ProcessWatch> processes = config.processes().watch()
                ? Optional.of(new ProcessWatch(
                        resumes, sessions, new AgentCommands(config.processes().patterns()), background::after, tally))
                : Optional.empty();
        Weaving.begin(
                instrumentation,
                targets.with(watch, processes, config.processes().stale()),
                sessions,
                resumes,
                watch,
                tally);

        watch.begin(background);
        stores.tidyUpInThe(background);
        Runtime.getRuntime()
                .addShutdownHook(
                        BackgroundThread.daemon("session-ttl-shutdown", () -> BackgroundThread.quietly(stores::close)));
        Log.info("watching " + targets.targets().size() + " pointcuts; max session age "
                + (maxAge.isOn() ? maxAge.millis() + " ms" : "off") + (config.dryRun() ? "; dry run" : ""));
    }

    private static void tell(Problem problem) {
        Log.warn(problem.toString());
    }
}
