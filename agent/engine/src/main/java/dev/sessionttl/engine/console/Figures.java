package dev.sessionttl.engine.console;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as a tile has room for them: a few digits and a unit, the same in every locale. Rounded down, so none is flattered. */
final class Figures {
    /** What is not known, or was never measured. */
    static final String UNKNOWN = "–";

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Figures() {}

    /** {@code 9,876}, {@code 98k}, {@code 9.8M}. */
    static String count(long number) {
        if (number < 1_000) {
            return Long.toString(number);
        }
        if (number < 10_000) {
            return number / 1_000 + "," + String.valueOf(1_000 + number % 1_000).substring(1);
        }
        return number < 1_000_000 ? number / 1_000 + "k" : tenths(number / 1_000_000.0) + "M";
    }

    /** {@code 4.2 s}, {@code 45 min}, {@code 1.9 h}, {@code 12 d}. */
    static String duration(double seconds) {
        if (seconds < MINUTE) {
            return twoDigits(Math.max(0, seconds)) + " s";
        }
        if (seconds < HOUR) {
            return twoDigits(seconds / MINUTE) + " min";
        }
        return seconds < DAY ? twoDigits(seconds / HOUR) + " h" : twoDigits(seconds / DAY) + " d";
    }

    /** As {@link #duration}, of something that ages: no one needs to know how many tenths of a second. */
    static String age(double seconds) {
        return seconds < MINUTE ? (long) Math.max(0, seconds) + " s" : duration(seconds);
    }

    private static String twoDigits(double number) {
        return number < 10 ? tenths(number) : count((long) number);
    }

    private static String tenths(double number) {
        return BigDecimal.valueOf(number).setScale(1, RoundingMode.DOWN).toPlainString();
    }
}
