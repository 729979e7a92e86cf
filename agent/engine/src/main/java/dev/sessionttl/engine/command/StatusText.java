package dev.sessionttl.engine.command;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.ColorScheme;

/** A status document, as a terminal shows it. What it lacks, or holds null for, is not known yet. */
record StatusText(Map<?, ?> status) {
    private static final int LABEL = 18;

    /** Whether there is nothing to put right. */
    boolean isWell() {
        return state().equals("ok") || state().equals("off");
    }

    private String state() {
        return text("state");
    }

    String inText(ColorScheme colors) {
        StringBuilder all = new StringBuilder();
        String reason = text("reason").equals("-") ? "" : ": " + text("reason");
        String color = state().equals("ok") ? "green" : isWell() ? "faint" : "red";
        all.append(colors.ansi().string("@|bold," + color + " " + word(state()) + "|@"))
                .append(Printable.line(reason))
                .append('\n');
        line(all, "agent", text("agent", "version") + ", up " + duration(at("agent", "uptimeSeconds")));
        line(
                all,
                "resume failures",
                text("resumeFailures", "total") + ", in the last 24 h " + text("resumeFailures", "last24Hours")
                        + ", unclassified " + text("resumeFailures", "unclassified"));
        line(
                all,
                "sessions expired",
                text("expired", "read") + " at a read, " + text("expired", "sweep") + " by sweeps, in the last 24 h "
                        + text("expired", "last24Hours"));
        line(all, "vetoed reads", text("vetoedReads"));
        line(all, "seconds", text("secondsWasted") + " wasted, " + text("secondsSaved") + " saved");
        line(
                all,
                "table",
                text("table", "rows") + " sessions, the oldest " + duration(at("table", "oldestAgeSeconds")));
        line(all, "last sweep", at("lastSweep") == null ? "-" : lastSweep());
        for (Object site : list("sites")) {
            if (site instanceof Map<?, ?> one) {
                line(all, String.valueOf(one.get("kind")), one.get("pointcut") + ", methods " + one.get("methods"));
            }
        }
        line(all, "failed open", storeErrors());
        line(all, "config", config());
        line(all, "failures by hour", byHour("resumeFailures"));
        line(all, "expired by hour", byHour("expired"));
        return all.toString();
    }

    private static void line(StringBuilder all, String label, String value) {
        all.append(String.format(Locale.ROOT, "%-" + LABEL + "s%s%n", Printable.line(label), Printable.line(value)));
    }

    private String lastSweep() {
        return text("lastSweep", "dropped") + " dropped at " + text("lastSweep", "at")
                + (Boolean.TRUE.equals(at("lastSweep", "finished")) ? "" : ", not finished");
    }

    private String storeErrors() {
        return at("storeErrors") instanceof Map<?, ?> errors && !errors.isEmpty()
                ? errors.entrySet().stream()
                        .map(error -> error.getKey() + " " + error.getValue())
                        .collect(Collectors.joining(", "))
                : "never";
    }

    private String config() {
        Object age = at("config", "maxSessionAgeMillis");
        return text("config", "file") + ", max session age "
                + (age instanceof Number millis ? duration(millis.doubleValue() / 1_000) : "-")
                + (Boolean.TRUE.equals(at("config", "dryRun")) ? ", dry run" : "") + ", problems "
                + text("config", "problems");
    }

    private String byHour(String what) {
        return list("hours").stream()
                .map(hour -> hour instanceof Map<?, ?> one ? String.valueOf(one.get(what)) : "-")
                .collect(Collectors.joining(" "));
    }

    private List<?> list(String name) {
        return at(name) instanceof List<?> list ? list : List.of();
    }

    private String text(String... path) {
        Object value = at(path);
        return value == null ? "-" : String.valueOf(value);
    }

    private @Nullable Object at(String... path) {
        Object value = status;
        for (String name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    /** The two largest units of it. */
    private static String duration(@Nullable Object seconds) {
        if (!(seconds instanceof Number number)) {
            return "-";
        }
        Duration time = Duration.ofSeconds(Math.round(number.doubleValue()));
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }

    /** Nor picocli's markup. */
    private static String word(String state) {
        return state.replaceAll("[^a-z]", "?");
    }
}
