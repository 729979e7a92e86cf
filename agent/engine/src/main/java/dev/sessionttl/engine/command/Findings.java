package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Finding.Grade;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.ColorScheme;

/** What a check found, by what it was found in, for people and for programs. */
record Findings(Map<String, List<Finding>> sections) {
    private static final String INDENT = " ".repeat(10);

    long count(Grade grade) {
        return sections.values().stream()
                .flatMap(List::stream)
                .filter(finding -> finding.grade() == grade)
                .count();
    }

    /** A line for where and what, a second one for what would be right. */
    String inText(ColorScheme colors) {
        StringBuilder text = new StringBuilder();
        sections.forEach((section, findings) -> {
            text.append(colors.ansi().string("@|bold " + section + "|@")).append('\n');
            for (Finding finding : findings) {
                text.append("  ")
                        .append(colors.ansi().string(mark(finding.grade())))
                        .append(Printable.line(finding.place() + ": " + finding.what()))
                        .append('\n');
                if (!finding.remedy().isEmpty()) {
                    text.append(INDENT).append(Printable.line(finding.remedy())).append('\n');
                }
            }
        });
        return text.append(total()).append('\n').toString();
    }

    private static String mark(Grade grade) {
        String padded = String.format(Locale.ROOT, "%-8s", grade.name().toLowerCase(Locale.ROOT));
        return switch (grade) {
            case OK -> "@|green " + padded + "|@";
            case NOTE -> padded;
            case WARNING -> "@|yellow " + padded + "|@";
            case ERROR -> "@|red " + padded + "|@";
        };
    }

    private String total() {
        return plural(count(Grade.ERROR), "error") + ", " + plural(count(Grade.WARNING), "warning");
    }

    private static String plural(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    String inJson() {
        List<Map<String, Object>> all = new ArrayList<>();
        sections.forEach((section, findings) -> findings.forEach(finding -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("in", section);
            one.put("grade", finding.grade().name().toLowerCase(Locale.ROOT));
            one.put("place", finding.place());
            one.put("what", finding.what());
            one.put("remedy", finding.remedy());
            all.add(one);
        }));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("version", 1);
        whole.put("errors", count(Grade.ERROR));
        whole.put("warnings", count(Grade.WARNING));
        whole.put("findings", all);
        return Json.write(whole) + "\n";
    }
}
