package dev.sessionttl.engine.console;

import dev.sessionttl.engine.metrics.Hour;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * A day in bars, as an SVG that stretches to the room it gets: failed resumes above the line, expired sessions below it, each
 * to a scale of its own, since a sweep drops thousands.
 */
final class Chart {
    private static final double ABOVE = 26;
    private static final double BELOW = 12;
    private static final double LINE = ABOVE + 1;
    private static final double LEAST = 2;

    private final List<Hour> hours;
    private final long mostFailures;
    private final long mostExpired;

    private Chart(List<Hour> hours) {
        this.hours = hours;
        this.mostFailures = most(hours, Hour::resumeFailures);
        this.mostExpired = most(hours, Hour::expired);
    }

    static String of(List<Hour> hours) {
        return new Chart(hours).svg();
    }

    private String svg() {
        StringBuilder svg = new StringBuilder("<svg role=\"img\" aria-label=\"" + inWords() + "\" viewBox=\"0 0 "
                + 10 * hours.size() + " 40\" preserveAspectRatio=\"none\">\n");
        svg.append("<path class=\"line\" d=\"M0 27.5H" + 10 * hours.size() + "\"/>\n");
        for (int i = 0; i < hours.size(); i++) {
            Hour hour = hours.get(i);
            if (hour.resumeFailures() > 0 || hour.expired() > 0) {
                svg.append("<g><title>" + when(i) + ": " + counts(hour) + "</title><path class=\"hour\" d=\"M" + 10 * i
                        + " 0h10v40h-10z\"/>");
                svg.append(bar("failed", i, LINE, -scaled(hour.resumeFailures(), mostFailures, ABOVE)));
                svg.append(bar("expired", i, LINE + 1, scaled(hour.expired(), mostExpired, BELOW)));
                svg.append("</g>\n");
            }
        }
        return svg.append("</svg>").toString();
    }

    private static String bar(String kind, int hour, double from, double height) {
        return height == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<path class=\"%s\" d=\"M%d %.1fh7v%.1fh-7z\"/>",
                        kind,
                        10 * hour + 1,
                        from,
                        height);
    }

    /** Never so low that it could be taken for nothing. */
    private static double scaled(long count, long most, double room) {
        return count == 0 ? 0 : Math.max(LEAST, room * count / most);
    }

    private String inWords() {
        long failures = hours.stream().mapToLong(Hour::resumeFailures).sum();
        long expired = hours.stream().mapToLong(Hour::expired).sum();
        String all = "The last 24 hours: " + failures + " failed resumes, " + expired + " expired sessions";
        if (failures == 0) {
            return all;
        }
        for (int i = hours.size() - 1; ; i--) {
            if (hours.get(i).resumeFailures() == mostFailures) {
                return all + "; most failed " + when(i) + ", " + mostFailures;
            }
        }
    }

    private String when(int hour) {
        int ago = hours.size() - 1 - hour;
        return ago == 0 ? "in this hour" : ago == 1 ? "an hour ago" : ago + " hours ago";
    }

    private static String counts(Hour hour) {
        return hour.resumeFailures() + " failed, " + hour.expired() + " expired";
    }

    private static long most(List<Hour> hours, ToLongFunction<Hour> count) {
        return hours.stream().mapToLong(count).max().orElse(0);
    }
}
