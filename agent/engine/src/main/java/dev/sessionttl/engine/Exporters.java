package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.console.Console;
import dev.sessionttl.engine.metrics.HostRegistries;
import dev.sessionttl.engine.metrics.ManagementBeans;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.metrics.TextFile;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.status.StatusJson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Shows the meters where the config asks for them, and where the host shows its own. All but the port is done on a thread that
 * nothing else waits for: slow disks, and the host's own filters and class loaders, are at work in it.
 */
final class Exporters {
    private static final long LOOK_MILLIS = 2_000;
    private static final long WRITE_MILLIS = 15_000;
    private static final long LAST_WRITE_MILLIS = 1_000;

    private final AgentConfig config;
    private final SessionMeters meters;
    private final TableFacts facts;
    private final BackgroundThread background;
    private final Tally tally;
    private final Supplier<Status> status;
    private final BackgroundThread patient;
    private final HostRegistries registries;
    private final Look forRegistries;
    private final Look forManagement;
    private volatile boolean hostRuns;

    Exporters(
            AgentConfig config,
            SessionMeters meters,
            TableFacts facts,
            Supplier<Status> status,
            Predicate<Class<?>> used,
            BackgroundThread background,
            Tally tally) {
        this.config = config;
        this.meters = meters;
        this.facts = facts;
        this.status = status;
        this.background = background;
        this.tally = tally;
        this.patient = new BackgroundThread("session-ttl-exporters", tally);
        this.registries = new HostRegistries(meters, used, tally);
        this.forRegistries = new Look(() -> registries::look);
        // Made no sooner: a host that never begins with JMX is to have none of its classes loaded (law 4).
        this.forManagement =
                new Look(() -> new ManagementBeans(meters, () -> StatusJson.of(status.get()), tally)::look);
    }

    void micrometerLoadedBy(ClassLoader loader) {
        if (config.metrics().hostRegistry()) {
            registries.loadedBy(loader);
            forRegistries.isWanted();
        }
    }

    void managementBegins() {
        forManagement.isWanted();
    }

    void onceTheHostRuns() {
        hostRuns = true;
        forRegistries.begin();
        forManagement.begin();
        config.http().ifPresent(http -> background.after(0, () -> open(http)));
        config.metrics().textfile().ifPresent(file -> background.after(0, () -> write(file)));
    }

    private void open(HttpConfig http) {
        try {
            facts.refreshIfOld();
            InetSocketAddress address = Console.open(http, new PrometheusText(meters), status);
            String base = "http://" + http.host() + ":" + address.getPort();
            Log.info("metrics at " + base + "/metrics and the tile at " + base + "/");
        } catch (IOException failure) {
            Log.warn("http " + http.host() + ":" + http.port() + " could not be opened (" + Log.inWords(failure)
                    + "): there is no /metrics until the host starts again with another http.port");
        }
    }

    private void write(Path path) {
        facts.refreshIfOld();
        TextFile file = new TextFile(path, new PrometheusText(meters));
        patient.after(0, () -> write(file));
        patient.every(WRITE_MILLIS, () -> write(file));
        Runtime.getRuntime()
                // What a short run counted would be seen by nobody otherwise.
                .addShutdownHook(BackgroundThread.daemon(
                        "session-ttl-shutdown-textfile",
                        () -> BackgroundThread.within(LAST_WRITE_MILLIS, "session-ttl-textfile", () -> write(file))));
    }

    private void write(TextFile file) {
        try {
            file.write();
        } catch (IOException failure) {
            tally.failedOpen(
                    "textfile", new IOException("metrics.textfile cannot be written (" + failure + ")", failure));
        }
    }

    /** What is done again and again, from when it is wanted and the host runs; these come in any order. */
    private final class Look {
        private final Supplier<Runnable> work;
        private final AtomicBoolean begun = new AtomicBoolean();
        private volatile boolean wanted;

        Look(Supplier<Runnable> work) {
            this.work = work;
        }

        void isWanted() {
            wanted = true;
            begin();
        }

        void begin() {
            if (hostRuns && wanted && begun.compareAndSet(false, true)) {
                // The background begins the other thread: begun by one of the host's, it would hold that one's class
                // loader.
                background.after(0, () -> patient.every(LOOK_MILLIS, work.get()));
            }
        }
    }
}
