package dev.sessionttl.benchmarks;

import dev.sessionttl.benchmarks.host.ManyClasses;
import dev.sessionttl.benchmarks.host.Resting;
import dev.sessionttl.benchmarks.host.Starts;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a host in a child JVM measures of itself, without the agent and with it. */
final class HostBenchmark {
    private static final String SITE =
            "\"reads\": [ { \"at\": \"com.acme.SessionStore#find(String)\", \"key\": \"arg0\" } ]";
    private static final String PATTERNS = "\"reads\": [ { \"at\": \"com.acme.*Store#find*(..)\", \"key\": \"arg0\" },"
            + " { \"at\": \"com.acme.Sessions+#find(String)\", \"key\": \"arg0\" } ]";

    private final Options options;
    private final PrintStream out;

    HostBenchmark(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Loading classes that no pointcut names. */
    void load() throws Exception {
        int count = options.isShort() ? 100 : 10_000;
        run("loading " + count + " classes, ms", (folder, table) -> {
            Path jar = folder.resolve("many-classes.jar");
            ManyClasses.write(jar, count);
            return new Host(
                    List.of(
                            Variant.BARE,
                            agent("the agent", SmallTable.config(folder, "agents.json", table, SITE)),
                            agent(
                                    "the agent, pointcuts with * and +",
                                    SmallTable.config(folder, "patterns.json", table, PATTERNS))),
                    program(table, ManyClasses.class, jar, Integer.toString(count)),
                    List.of("loading"));
        });
    }

    /** Starting processes that are no resumes. */
    void process() throws Exception {
        String count = Integer.toString(options.isShort() ? 4 : 1_000);
        run(
                "ProcessBuilder.start(), µs",
                (folder, table) -> new Host(
                        List.of(
                                Variant.BARE,
                                agent(
                                        "the agent, \"processes\": {}",
                                        SmallTable.config(folder, "agents.json", table, "\"processes\": {}"))),
                        program(table, Starts.class, folder, count),
                        List.of("start")));
    }

    /** What is held at rest, after some reads at a site. */
    void memory() throws Exception {
        run(
                "at rest, after a collection",
                (folder, table) -> new Host(
                        List.of(Variant.BARE, agent("the agent", SmallTable.config(folder, table))),
                        program(table, Resting.class, folder, table.url(), table.liveKey(0)),
                        List.of("heap-kB", "metaspace-kB", "threads", "classes")));
        out.printf(Locale.ROOT, "the jar itself, MB  %.1f%n", Files.size(options.agent()) / 1e6);
    }

    private Variant agent(String name, Path config) {
        return new Variant(name, Variant.agent(options, config).options(), true);
    }

    private static List<String> program(SessionTable table, Class<?> main, Path more, String... arguments) {
        List<String> program = new ArrayList<>(List.of(
                "-cp", StartedHost.classPath(table) + System.getProperty("path.separator") + more, main.getName()));
        program.addAll(List.of(arguments));
        return program;
    }

    /**
     * @param figures which it tells of itself
     */
    private record Host(List<Variant> variants, List<String> program, List<String> figures) {}

    @FunctionalInterface
    private interface Made {
        Host in(Path folder, SqliteTable table) throws Exception;
    }

    private void run(String title, Made made) throws Exception {
        Machine.describe(out, options);
        try (Folder folder = Folder.in(options.folder());
                SqliteTable table = SmallTable.in(folder.path())) {
            Host host = made.in(folder.path(), table);
            Figures<Variant> figures = Figures.inTurns(host.variants, options, variant -> {
                table.restore();
                try (ChildJvm child = ChildJvm.start(folder.path(), variant.options(), host.program)) {
                    long unused = child.awaitEnd();
                    return child.figures();
                }
            });
            tell(title, host, figures);
        }
    }

    private void tell(String title, Host host, Figures<Variant> figures) {
        for (String name : host.figures) {
            Table table = new Table(
                    title + (host.figures.size() > 1 ? ": " + name : ""), "median", "least", "added", "times");
            double bare = figures.median(Variant.BARE, name);
            for (Variant variant : host.variants) {
                double median = figures.median(variant, name);
                table.row(
                        variant.name(),
                        Table.figure(median),
                        Table.figure(figures.least(variant, name)),
                        variant.equals(Variant.BARE) ? "" : Table.figure(median - bare),
                        variant.equals(Variant.BARE) ? "" : Table.ratio(median / bare));
            }
            table.print(out);
        }
    }
}
