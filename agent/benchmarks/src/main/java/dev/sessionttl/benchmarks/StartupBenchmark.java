package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an agent adds to the start of a host: ours, two that do something else, and two with which the same job can be done
 * by an aspect or by a rule.
 */
final class StartupBenchmark {
    /** JDK 25 makes an AOT cache in one run. */
    private static final int FIRST_WITH_CACHES = 25;

    private static final String WALL = "wall";
    private static final String CPU = "CPU";
    private static final Variant OPEN_TELEMETRY = new Variant(
            "OpenTelemetry agent",
            List.of(
                    "-javaagent:" + Jars.peer("opentelemetry-javaagent"),
                    "-Dotel.traces.exporter=none",
                    "-Dotel.metrics.exporter=none",
                    "-Dotel.logs.exporter=none"),
            false);
    private static final Variant ASPECTJ =
            new Variant("AspectJ weaver", List.of("-javaagent:" + Jars.peer("aspectjweaver")), true);
    private static final Variant BYTEMAN =
            new Variant("Byteman", List.of("-javaagent:" + Jars.peer("byteman") + "=resourcescript:ttl.btm"), true);

    private final Options options;
    private final PrintStream out;

    StartupBenchmark(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws Exception {
        Machine.describe(out, options);
        try (Folder folder = Folder.in(options.folder());
                SqliteTable table = SmallTable.in(folder.path())) {
            Path config = SmallTable.config(folder.path(), table);
            List<Variant> all = List.of(
                    Variant.BARE,
                    Variant.agent(options, config),
                    jmxExporter(folder.path()),
                    OPEN_TELEMETRY,
                    ASPECTJ,
                    BYTEMAN);
            measure(StartedHost.hello(folder.path(), table), all);
            measure(StartedHost.oneRead(folder.path(), table), all);
        }
        try (Folder folder = Folder.in(options.folder())) {
            measure(
                    StartedHost.springBoot(folder.path()),
                    List.of(Variant.BARE, Variant.agent(options, Jars.springBootConfig()), jmxExporter(folder.path())));
        }
        if (Runtime.version().feature() >= FIRST_WITH_CACHES) {
            try (Folder folder = Folder.in(options.folder())) {
                StartedHost host = StartedHost.unpackedSpringBoot(folder.path());
                Variant agent = Variant.agent(options, Jars.springBootConfig());
                measure(host, List.of(withCache(host, Variant.BARE), withCache(host, agent)));
            }
        }
    }

    /** With an AOT cache of the host's classes, made as the variant is started. */
    private static Variant withCache(StartedHost host, Variant variant) throws Exception {
        Path cache = host.folder().resolve(variant.name().replace(' ', '-') + ".aot");
        List<String> training = new ArrayList<>(host.options(variant));
        training.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh"));
        try (ChildJvm child = ChildJvm.start(host.folder(), training, host.program())) {
            long unused = child.awaitEnd();
        }
        List<String> cached = new ArrayList<>(variant.options());
        // It would go on without the cache otherwise.
        cached.addAll(List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on"));
        return new Variant(variant.name() + ", cached", cached, variant.sweeps());
    }

    private static Variant jmxExporter(Path folder) throws IOException {
        Path config = Variant.config(folder, "exporter.yaml", "{}");
        try (ServerSocket free = new ServerSocket(0)) {
            return new Variant(
                    "JMX exporter",
                    List.of("-javaagent:" + Jars.peer("jmx_prometheus_javaagent") + "=127.0.0.1:" + free.getLocalPort()
                            + ":" + config),
                    false);
        }
    }

    /** @param variants the bare host first, then ours */
    private void measure(StartedHost host, List<Variant> variants) throws Exception {
        Variant bare = variants.get(0);
        Figures<Variant> figures = Figures.inTurns(variants, options, variant -> start(host, variant));
        Table table = new Table(host.description(), "wall, median", "least", "added", "CPU, median", "least", "added");
        for (Variant variant : variants) {
            table.row(
                    variant.name(),
                    Table.figure(figures.median(variant, WALL)),
                    Table.figure(figures.least(variant, WALL)),
                    variant.equals(bare) ? "" : Table.figure(added(figures, bare, variant, WALL)),
                    Table.figure(figures.median(variant, CPU)),
                    Table.figure(figures.least(variant, CPU)),
                    variant.equals(bare) ? "" : Table.figure(added(figures, bare, variant, CPU)));
        }
        table.print(out);
        Table ratios = new Table("what the agent adds, as a part of", "wall", "CPU");
        Variant agent = variants.get(1);
        for (Variant variant : variants) {
            if (variant.equals(bare)) {
                ratios.row(
                        "the bare host's own",
                        part(added(figures, bare, agent, WALL), figures.median(bare, WALL)),
                        part(added(figures, bare, agent, CPU), figures.median(bare, CPU)));
            } else if (!variant.equals(agent)) {
                ratios.row(
                        "what is added by " + variant.name(),
                        part(added(figures, bare, agent, WALL), added(figures, bare, variant, WALL)),
                        part(added(figures, bare, agent, CPU), added(figures, bare, variant, CPU)));
            }
        }
        ratios.print(out);
    }

    /** None where noise has drowned either. */
    private static String part(double ours, double theirs) {
        return ours <= 0 || theirs <= 0 ? "–" : Table.figure(ours / theirs);
    }

    private static double added(Figures<Variant> figures, Variant bare, Variant variant, String name) {
        return figures.median(variant, name) - figures.median(bare, name);
    }

    /** In ms. */
    private static Map<String, Double> start(StartedHost host, Variant variant) throws Exception {
        host.asMade().again();
        double cpuBefore = ChildCpu.millis();
        double wall;
        try (ChildJvm child = ChildJvm.start(host.folder(), host.options(variant), host.program())) {
            long at = host.started().isPresent()
                    ? child.await(host.started().get()).atNanos()
                    : child.awaitEnd();
            wall = (at - child.startedAtNanos()) / 1e6;
        }
        double cpu = ChildCpu.millis() - cpuBefore;
        boolean swept = host.expired() == 0;
        if (swept != variant.sweeps()) {
            throw new IllegalStateException(
                    variant + " left " + host.expired() + " expired rows in the table of " + host.description());
        }
        return Map.of(WALL, wall, CPU, cpu);
    }
}
