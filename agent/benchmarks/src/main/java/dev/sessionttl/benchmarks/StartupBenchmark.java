package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an agent adds to the start of a host: ours, two that do something else, and two with which the same job can be done
 * by an aspect or by a rule.
 */
final class StartupBenchmark {
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

    private void measure(StartedHost host, List<Variant> variants) throws Exception {
        Figures<Variant> figures = Figures.inTurns(variants, options, variant -> start(host, variant));
        Table table = new Table(host.description(), "wall, median", "least", "added", "CPU, median", "least", "added");
        for (Variant variant : variants) {
            table.row(
                    variant.name(),
                    Table.figure(figures.median(variant, WALL)),
                    Table.figure(figures.least(variant, WALL)),
                    variant.equals(Variant.BARE) ? "" : Table.figure(added(figures, variant, WALL)),
                    Table.figure(figures.median(variant, CPU)),
                    Table.figure(figures.least(variant, CPU)),
                    variant.equals(Variant.BARE) ? "" : Table.figure(added(figures, variant, CPU)));
        }
        table.print(out);
        Table ratios = new Table("what the agent adds, as a part of", "wall", "CPU");
        Variant agent = variants.get(1);
        for (Variant variant : variants) {
            if (variant.equals(Variant.BARE)) {
                ratios.row("the bare host's own", ofBare(figures, agent, WALL), ofBare(figures, agent, CPU));
            } else if (!variant.equals(agent)) {
                ratios.row(
                        "what is added by " + variant.name(),
                        part(added(figures, agent, WALL), added(figures, variant, WALL)),
                        part(added(figures, agent, CPU), added(figures, variant, CPU)));
            }
        }
        ratios.print(out);
    }

    private static String ofBare(Figures<Variant> figures, Variant agent, String name) {
        return part(added(figures, agent, name), figures.median(Variant.BARE, name));
    }

    /** None where noise has drowned either. */
    private static String part(double ours, double theirs) {
        return ours <= 0 || theirs <= 0 ? "–" : Table.figure(ours / theirs);
    }

    private static double added(Figures<Variant> figures, Variant variant, String name) {
        return figures.median(variant, name) - figures.median(Variant.BARE, name);
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
