package dev.sessionttl.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A table in plain text: what a line is of on the left, figures on the right. */
final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    Table(String... heads) {
        row(heads);
    }

    void row(String... cells) {
        lines.add(Arrays.asList(cells));
    }

    /** A figure as such a table shows it. */
    static String figure(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value);
    }

    /** How many times another, to a thousandth. */
    static String ratio(double times) {
        return String.format(Locale.ROOT, "%.3f", times);
    }

    void print(PrintStream out) {
        int[] widths = IntStream.range(0, lines.get(0).size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String padding = " ".repeat(widths[column] - line.get(column).length());
                text.append(column == 0 ? line.get(0) + padding : "  " + padding + line.get(column));
            }
            out.println(text.toString().stripTrailing());
        }
        out.println();
    }
}
