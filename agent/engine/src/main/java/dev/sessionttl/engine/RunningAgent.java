package dev.sessionttl.engine;

import dev.sessionttl.engine.audit.AuditLog;
import dev.sessionttl.engine.audit.AuditedEvents;
import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.resume.AgentCommands;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.weaving.Target;
import dev.sessionttl.engine.weaving.Weaving;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Wires the agent together, and decides what happens in {@code premain} and what only once the host runs (law 4). */
final class RunningAgent {
    /** Classes that were being loaded as the config changed are loaded by then. */
    private static final long WEAVE_AGAIN_MILLIS = 5_000;

    private static final long CLOSE_MILLIS = 1_000;

    private final Tally tally;
    private final BackgroundThread background;
    private final MaxSessionAge maxAge;
    private final Stores stores;
    private final Sessions sessions;
    private final Resumes resumes;
    private final Optional<Sweeps> sweeps;
    private final SiteReport report;
    private final HostWatch watch;
    private final Optional<ProcessWatch> processes;
    private final UsedClasses used;
    private volatile Settings settings;
    private Optional<Weaving> weaving = Optional.empty();

    private RunningAgent(
            Settings settings,
            Path file,
            Instrumentation instrumentation,
            boolean hostRuns,
            Tally tally,
            BackgroundThread background) {
        AgentConfig config = settings.config();
        this.settings = settings;
        this.tally = tally;
        this.background = background;
        maxAge = new MaxSessionAge(config.maxSessionAgeMillis(), InstantSource.system());
        stores = Stores.of(config, file, hostRuns, maxAge.clock(), tally);
        ExpiryEvents events = audited(config, stores, tally);
        sessions = new Sessions(
                stores.sessions(),
                maxAge,
                System::nanoTime,
                events,
                background,
                config.dryRun(),
                Weaving::siteOfThisThread);
        resumes = new Resumes(sessions, tally);
        sweeps = stores.table().map(table -> new Sweeps(config, table, maxAge, background, sessions, tally, events));
        if (!hostRuns) {
            sweeps.ifPresent(Sweeps::openAhead);
        }
        report = new SiteReport(settings.targets(), instrumentation);
        TableFacts facts = new TableFacts(stores.table(), background, maxAge.clock());
        SessionMeters meters = new SessionMeters(tally, facts, report::methodsByPointcut);
        StatusReport status = new StatusReport(
                () -> inForce(file), tally, stores.table(), facts, sweeps, report, maxAge.clock(), System::nanoTime);
        used = new UsedClasses(instrumentation);
        Exporters exporters = new Exporters(config, meters, facts, status, used, background, tally);
        watch = new HostWatch(stores, exporters, () -> {
            sweeps.ifPresent(Sweeps::onceTheHostRuns);
            report.onceTheHostRuns(background);
            exporters.onceTheHostRuns();
        });
        processes = config.processes().watch()
                ? Optional.of(new ProcessWatch(
                        resumes, sessions, new AgentCommands(config.processes().patterns()), background::after, tally))
                : Optional.empty();
    }

    private Status.Config inForce(Path file) {
        AgentConfig config = settings.config();
        return new Status.Config(
                file.toString(),
                config.enabled(),
                config.maxSessionAgeMillis(),
                config.dryRun(),
                settings.problems().size());
    }

    private static ExpiryEvents audited(AgentConfig config, Stores stores, ExpiryEvents events) {
        if (config.audit().isEmpty()) {
            return events;
        }
        Path path = config.audit().get();
        boolean isTheAgents =
                stores.record().filter(record -> record.liesIn(path)).isPresent();
        if (isTheAgents || stores.table().filter(table -> table.liesIn(path)).isPresent()) {
            Log.warn("sessionTtl.audit: " + path + " is a database; write the path of a file of its own;"
                    + " meanwhile no audit log is written");
            return events;
        }
        StoreConfig store = config.store();
        AuditLog log = new AuditLog(path, store.hasTable() ? store.table() : "", store.key(), InstantSource.system());
        return new AuditedEvents(log, events);
    }

    /**
     * @param hostRuns whether the host's {@code main} has begun already; else the table is swept here
     * @return empty where another agent was first, in this very moment
     * @throws Exception if it cannot begin
     */
    static Optional<RunningAgent> begin(
            Settings settings,
            Path file,
            Instrumentation instrumentation,
            boolean hostRuns,
            Tally tally,
            BackgroundThread background)
            throws Exception {
        RunningAgent agent = new RunningAgent(settings, file, instrumentation, hostRuns, tally, background);
        if (!agent.weave(instrumentation)) {
            return Optional.empty();
        }
        agent.sweeps.ifPresent(Sweeps::beforeMain);
        return Optional.of(agent.atWork(hostRuns));
    }

    private boolean weave(Instrumentation instrumentation) throws Exception {
        try {
            weaving = Weaving.begin(instrumentation, targets(), sessions, resumes, watch, used, tally);
        } finally {
            if (weaving.isEmpty()) {
                stores.close();
            }
        }
        return weaving.isPresent();
    }

    private RunningAgent atWork(boolean hostRuns) {
        watch.begin(background);
        stores.tidyUpInThe(background);
        Runtime.getRuntime()
                .addShutdownHook(BackgroundThread.daemon(
                        "session-ttl-shutdown",
                        () -> BackgroundThread.within(CLOSE_MILLIS, "session-ttl-close", stores::close)));
        if (hostRuns) {
            watch.mainBegins();
        }
        return this;
    }

    private List<Target> targets() {
        AgentConfig config = settings.config();
        return settings.targets()
                .with(
                        config.enabled() ? processes : Optional.empty(),
                        config.processes().stale());
    }

    /** Takes over what may change while the host runs, and tells of the rest. */
    void follow(Settings changed) {
        AgentConfig from = settings.config();
        AgentConfig to = changed.config().withRestOf(from);
        tellOfWhatWaits(changed.config(), to);
        settings = new Settings(to, changed.targets(), changed.problems());
        if (isIdle(to)) {
            sessions.setDryRun(true);
        }
        maxAge.set(to.maxSessionAgeMillis());
        if (to.enabled() && !from.enabled()) {
            // Nobody saw what ran well meanwhile.
            sessions.forgetWhatIsDead();
        }
        if (!sites(from).equals(sites(to))) {
            weaving.orElseThrow().change(targets());
            report.change(settings.targets(), background);
            background.after(WEAVE_AGAIN_MILLIS, weaving.orElseThrow()::weaveChangedAgain);
        }
        sessions.setDryRun(isIdle(to));
        if (isIdle(from) != isIdle(to) || from.maxSessionAgeMillis() != to.maxSessionAgeMillis()) {
            sweeps.ifPresent(Sweeps::again);
        }
    }

    /** Whatever is still under way when the agent is switched off drops nothing either. */
    private static boolean isIdle(AgentConfig config) {
        return config.dryRun() || !config.enabled();
    }

    /** By what they say, for no regex equals another. */
    private static List<String> sites(AgentConfig config) {
        return List.of(
                String.valueOf(config.enabled()),
                config.reads().toString(),
                config.failures().toString(),
                config.logs().toString());
    }

    private static void tellOfWhatWaits(AgentConfig wanted, AgentConfig taken) {
        List<String> waiting = new ArrayList<>();
        if (!wanted.store().equals(taken.store())) {
            waiting.add("store");
        }
        if (!wanted.processes().toString().equals(taken.processes().toString())) {
            waiting.add("processes");
        }
        if (!wanted.http().equals(taken.http())) {
            waiting.add("http");
        }
        if (!wanted.metrics().equals(taken.metrics())) {
            waiting.add("metrics");
        }
        if (!wanted.audit().equals(taken.audit())) {
            waiting.add("audit");
        }
        if (!waiting.isEmpty()) {
            Log.info("sessionTtl." + String.join(", sessionTtl.", waiting)
                    + " will be as the file says once the host starts again");
        }
    }

    /** What it is doing, for people. */
    String inWords() {
        return "watching " + report.pointcuts() + " pointcuts"
                + (report.methods() == 0 ? "" : ", woven into " + report.methods() + " methods so far")
                + "; max session age " + (maxAge.isOn() ? maxAge.millis() + " ms" : "off")
                + (sessions.isDryRun() ? "; dry run" : "");
    }
}
