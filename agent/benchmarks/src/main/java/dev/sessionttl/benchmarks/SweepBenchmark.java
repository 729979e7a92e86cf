package dev.sessionttl.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How long it takes to get rid of a large table's expired rows, and what another writer notices of it: the agent before
 * {@code main} and in the background, one DELETE, and {@code sqlite3} from a shell.
 */
final class SweepBenchmark {
    /** Beyond those that the options ask for: the other writer's own. */
    private static final int TOUCHED_ROWS = 1_000;

    private final SweepOptions options;
    private final PrintStream out;

    SweepBenchmark(SweepOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws Exception {
        try (Folder folder = Folder.in(options.folder())) {
            out.println(Machine.description());
            out.println(LocalDate.now(ZoneOffset.UTC) + ", medians of " + options.repetitions());
            for (int percent : options.percentsExpired()) {
                try (SessionTable table = table(folder.path(), percent)) {
                    measure(table, folder.path());
                }
            }
        }
    }

    private SessionTable table(Path folder, int percentExpired) throws Exception {
        return options.onPostgres()
                ? new PostgresTable(options.rows(), TOUCHED_ROWS, percentExpired, options.indexed())
                : new SqliteTable(folder, options.rows(), TOUCHED_ROWS, percentExpired, options.indexed());
    }

    private void measure(SessionTable table, Path folder) throws Exception {
        out.printf("%n%s%n%n", table.description());
        out.println("                                       alone  beside another writer");
        out.println(
                "                                       total    total  its waits: p50      p99      max  WAL at most");
        OtherWriter.Waits idle = waitsOfAnIdleDatabase(table);
        out.printf(
                Locale.ROOT,
                "%-34s %9s %8s %15.1f %8.1f %8.1f %9.1f MB%n",
                "(nobody deletes)",
                "–",
                "–",
                idle.p50Millis(),
                idle.p99Millis(),
                idle.maxMillis(),
                idle.peakLogBytes() / 1e6);
        for (Way way : Way.values()) {
            if (way.canBeGone(table)) {
                List<Run> runs = new ArrayList<>();
                for (int i = 0; i < options.repetitions(); i++) {
                    runs.add(run(way, table, folder));
                }
                tell(way, runs);
            } else {
                out.printf("%-34s cannot be: it is not there, or only for SQLite%n", way);
            }
        }
    }

    /** Five seconds of it, in which the writer is alone. */
    private static OtherWriter.Waits waitsOfAnIdleDatabase(SessionTable table) throws Exception {
        table.restore();
        try (OtherWriter writer = OtherWriter.on(table)) {
            Thread.sleep(5_000);
            return writer.stop();
        }
    }

    private Run run(Way way, SessionTable table, Path folder) throws Exception {
        table.restore();
        long alone = way.nanos(table, options, folder);
        mustBeSwept(way, table);
        table.restore();
        try (OtherWriter writer = OtherWriter.on(table)) {
            long beside = way.nanos(table, options, folder);
            OtherWriter.Waits waits = writer.stop();
            mustBeSwept(way, table);
            return new Run(alone / 1e9, beside / 1e9, waits);
        }
    }

    private static void mustBeSwept(Way way, SessionTable table) throws Exception {
        if (table.rows() != table.liveRows()) {
            throw new IllegalStateException(
                    way + " left " + table.rows() + " rows, " + table.liveRows() + " of them alive");
        }
    }

    private void tell(Way way, List<Run> runs) {
        out.printf(
                Locale.ROOT,
                "%-34s %7.2f s %6.2f s %15.1f %8.1f %8.1f %9.1f MB%n",
                way,
                median(runs, Run::aloneSeconds),
                median(runs, Run::besideSeconds),
                median(runs, run -> run.waits.p50Millis()),
                median(runs, run -> run.waits.p99Millis()),
                median(runs, run -> run.waits.maxMillis()),
                median(runs, run -> run.waits.peakLogBytes() / 1e6));
        out.printf(
                Locale.ROOT,
                "%-34s each: %s%n",
                "",
                String.join(
                        "; ",
                        runs.stream()
                                .map(run -> String.format(
                                        Locale.ROOT,
                                        "%.2f s, %.2f s, max %.1f ms of %d",
                                        run.aloneSeconds,
                                        run.besideSeconds,
                                        run.waits.maxMillis(),
                                        run.waits.touches()))
                                .toList()));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        List<Double> sorted = runs.stream().map(figure::applyAsDouble).sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private record Run(double aloneSeconds, double besideSeconds, OtherWriter.Waits waits) {}
}
