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
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.store.JdbcTable;
import dev.sessionttl.engine.weaving.Targets;
import dev.sessionttl.engine.weaving.Weaving;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Wires the agent together, and decides what happens in {@code premain} and what only once the host runs (law 4). */
public final class Engine {
    private static final String DEFAULT_CONFIG = "config/agents.json";
    /** A system property of the host, by which the command that attaches the agent is told what came of it. */
    private static final String OUTCOME = "dev.sessionttl.attach";

    private static final String SECOND = "attached already; this second agent changes nothing";
    private static final long IDLE_CONNECTION_MILLIS = 500;

    private Engine() {}

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
            return told(SECOND);
        }
        Path file = Path.of(argument.isBlank() ? DEFAULT_CONFIG : argument);
        LoadedConfig loaded = ConfigLoader.load(file, System.getenv(), System.getProperties());
        loaded.problems().forEach(Engine::tell);
        AgentConfig config = loaded.config();
        if (!config.enabled() || config.store().url().isEmpty()) {
            return told(config.enabled() ? "no store.url in " + file + ": nothing to do" : "switched off by " + file);
        }
        Targets targets = Targets.of(
                config.reads(),
                config.failures(),
                config.logs(),
                config.store().sessionId(),
                config.store().expire(),
                new HostModules(instrumentation));
        targets.problems().forEach(Engine::tell);
        Status.Config inForce = new Status.Config(
                file.toString(),
                config.enabled(),
                config.maxSessionAgeMillis(),
                config.dryRun(),
                loaded.problems().size() + targets.problems().size());
        return start(config, inForce, targets, instrumentation, hostRuns);
    }

    private static String start(
            AgentConfig config,
            Status.Config inForce,
            Targets targets,
            Instrumentation instrumentation,
            boolean hostRuns)
            throws Exception {
        Tally tally = new Tally();
        BackgroundThread background = new BackgroundThread(tally);
        String url = config.store().url().orElseThrow();
        JdbcTable table = hostRuns ? JdbcTable.ofRunningHost(url, config.store()) : JdbcTable.of(url, config.store());
        MaxSessionAge maxAge = new MaxSessionAge(config.maxSessionAgeMillis(), InstantSource.system());
        Sessions sessions = new Sessions(table, maxAge, System::nanoTime, tally, background, config.dryRun());

        Sweeps sweeps = new Sweeps(config, table, maxAge, background, sessions, tally);
        if (!hostRuns) {
            sweeps.beforeMain();
        }

        TableFacts facts = new TableFacts(table, background, maxAge.clock());
        SiteReport report = new SiteReport(targets.targets(), targets.logs(), instrumentation);
        StatusReport status =
                new StatusReport(() -> inForce, tally, table, facts, sweeps, report, maxAge.clock(), System::nanoTime);
        SessionMeters meters = new SessionMeters(tally, facts, report.methodsByPointcut());
        Exporters exporters = new Exporters(config, meters, facts, status, background, tally);
        Resumes resumes = new Resumes(sessions, tally);
        HostWatch watch = new HostWatch(table, exporters, () -> {
            sweeps.onceTheHostRuns();
            report.onceTheHostRuns(background);
            exporters.onceTheHostRuns();
        });
        Optional<ProcessWatch> processes = config.processes().watch()
                ? Optional.of(new ProcessWatch(
                        resumes, sessions, new AgentCommands(config.processes().patterns()), background::after, tally))
                : Optional.empty();
        boolean isFirst = Weaving.begin(
                instrumentation,
                targets.with(watch, processes, config.processes().stale()),
                sessions,
                resumes,
                watch,
                tally);
        if (!isFirst) {
            return told(SECOND);
        }

        watch.begin(background);
        background.every(
                IDLE_CONNECTION_MILLIS, () -> table.closeIdle(TimeUnit.MILLISECONDS.toNanos(IDLE_CONNECTION_MILLIS)));
        Runtime.getRuntime()
                .addShutdownHook(BackgroundThread.daemon(
                        "session-ttl-shutdown", () -> BackgroundThread.quietly(table::closeForGood)));
        if (hostRuns) {
            watch.mainBegins();
        }
        int pointcuts = targets.targets().size() + targets.logs().failures().size();
        return told((hostRuns ? "attached: " : "") + "watching " + pointcuts + " pointcuts"
                + (hostRuns ? ", woven into " + methodsOf(targets) + " methods so far" : "") + "; max session age "
                + (maxAge.isOn() ? maxAge.millis() + " ms" : "off") + (config.dryRun() ? "; dry run" : ""));
    }

    private static int methodsOf(Targets targets) {
        return targets.targets().stream()
                .mapToInt(target -> target.wovenMethods().size())
                .sum();
    }

    private static String told(String line) {
        Log.info(line);
        return line;
    }

    private static void tell(Problem problem) {
        Log.warn(problem.toString());
    }
}
