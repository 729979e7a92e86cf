package dev.sessionttl.benchmarks;

import dev.sessionttl.benchmarks.read.ConnectingReads;
import dev.sessionttl.benchmarks.read.Getter;
import dev.sessionttl.benchmarks.read.KeptReads;
import dev.sessionttl.benchmarks.read.Keys;
import dev.sessionttl.engine.weaving.AgentShare;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What one call costs, with the agent, with the same check in the host's source, and with none. JMH calls; each round is a fork. */
final class ReadBenchmark {
    private static final String NANOS = "ns";
    private static final String BYTES = "B";
    private static final String HOST = "dev.sessionttl.benchmarks.host.";
    private static final String SITES = "\"reads\": [ { \"at\": \"" + HOST
            + "SessionStore#find(String)\", \"key\": \"arg0\" }, { \"at\": \"" + HOST
            + "SessionRow#getSessionId()\", \"sessionId\": \"return\" } ]";

    /**
     * @param options the fork's
     * @param base what it is compared with
     */
    private record Call(String name, Class<?> type, String method, List<String> options, String base) {}

    private final Options options;
    private final PrintStream out;

    ReadBenchmark(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws Exception {
        Machine.describe(out, options);
        try (Folder folder = Folder.in(options.folder());
                SqliteTable table = new SqliteTable(folder.path(), 0, Keys.COUNT, 0, false)) {
            table.restore();
            List<Call> calls = calls(folder.path(), table);
            Figures<Call> figures = new Figures<>();
            for (int round = 0; round < options.rounds(); round++) {
                for (Call call : calls) {
                    figures.add(call, measure(call));
                }
            }
            tell(calls, figures);
        }
    }

    private List<Call> calls(Path folder, SqliteTable table) throws Exception {
        List<String> bare = List.of("-D" + Keys.URL + "=" + table.url());
        List<String> agent = new ArrayList<>(bare);
        agent.addAll(List.of("-D" + Keys.AGENT + "=true", "-Dsession.ttl.log=warn"));
        agent.add(Variant.agentOption(options.agent(), SmallTable.config(folder, "agents.json", table, SITES)));
        List<String> door = List.of("--patch-module=java.base=" + Jars.door());
        String kept = "a statement per call";
        String anew = "a connection per call";
        return List.of(
                new Call(kept + ", checked by hand", KeptReads.class, "checkedByHand", bare, ""),
                new Call(
                        kept + ", checked by another SELECT",
                        KeptReads.class,
                        "checkedByAnotherSelect",
                        bare,
                        kept + ", checked by hand"),
                new Call(kept + ", no check", KeptReads.class, "plain", bare, kept + ", checked by hand"),
                new Call(kept + ", the agent", KeptReads.class, "plain", agent, kept + ", checked by hand"),
                new Call(anew + ", checked by hand", ConnectingReads.class, "checkedByHand", bare, ""),
                new Call(anew + ", no check", ConnectingReads.class, "plain", bare, anew + ", checked by hand"),
                new Call(anew + ", the agent", ConnectingReads.class, "plain", agent, anew + ", checked by hand"),
                new Call("a getter, bare", Getter.class, "plain", bare, ""),
                new Call("a getter, the agent", Getter.class, "plain", agent, "a getter, bare"),
                new Call("the array of arguments", AgentShare.class, "arguments", door, ""),
                new Call("the agent's share without SQL", AgentShare.class, "read", door, "the array of arguments"));
    }

    private Map<String, Double> measure(Call call) throws Exception {
        List<String> jvm = new ArrayList<>(call.options);
        if (Runtime.version().feature() >= 24) {
            jvm.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        TimeValue time = options.isShort() ? TimeValue.milliseconds(10) : TimeValue.seconds(1);
        RunResult result = new Runner(new OptionsBuilder()
                        .include("^" + call.type.getName() + "\\." + call.method + "$")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .forks(1)
                        .jvmArgsAppend(jvm.toArray(new String[0]))
                        .warmupIterations(options.isShort() ? 1 : 5)
                        .warmupTime(time)
                        .measurementIterations(options.isShort() ? 1 : 5)
                        .measurementTime(time)
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
        return Map.of(
                NANOS, result.getPrimaryResult().getScore(),
                BYTES, allocated(result));
    }

    private static double allocated(RunResult result) {
        for (Result<?> one : result.getSecondaryResults().values()) {
            if (one.getLabel().endsWith("gc.alloc.rate.norm")) {
                return one.getScore();
            }
        }
        throw new IllegalStateException("JMH tells no allocation");
    }

    private void tell(List<Call> calls, Figures<Call> figures) {
        Table table = new Table("one call", "ns", "least", "B", "added ns", "times");
        for (Call call : calls) {
            double nanos = figures.median(call, NANOS);
            double base = calls.stream()
                    .filter(other -> other.name.equals(call.base))
                    .mapToDouble(other -> figures.median(other, NANOS))
                    .findFirst()
                    .orElse(nanos);
            table.row(
                    call.name,
                    Table.figure(nanos),
                    Table.figure(figures.least(call, NANOS)),
                    Table.figure(figures.median(call, BYTES)),
                    call.base.isEmpty() ? "" : Table.figure(nanos - base),
                    call.base.isEmpty() ? "" : Table.ratio(nanos / base));
        }
        table.print(out);
    }
}
