package dev.sessionttl.engine.store;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Says to people what a stored last-used value is taken for. */
final class TimestampKinds {
    /** What has no moment. */
    static final String UNTOLD = "nothing that tells a moment";

    private TimestampKinds() {}

    static String of(Timestamps timestamps, @Nullable Object stored) {
        OptionalLong millis = timestamps.read(stored).epochMillis();
        if (millis.isEmpty()) {
            return stored == null ? "NULL" : UNTOLD;
        }
        if (stored instanceof Number number) {
            return unitOf(number.doubleValue(), millis.getAsLong());
        }
        String text = String.valueOf(stored).trim();
        return timestamps.numberIn(text).isPresent()
                ? unitOf(Double.parseDouble(text), millis.getAsLong()) + ", as text"
                : hasZone(text) ? "ISO-8601 text" : "text without a zone, UTC or the host's own";
    }

    private static String unitOf(double value, long millis) {
        double unitsPerMilli = value / millis;
        return unitsPerMilli < 0.1 ? "seconds" : unitsPerMilli < 10 ? "milliseconds" : "microseconds";
    }

    private static boolean hasZone(String text) {
        int time = text.indexOf(':');
        return time >= 0 && text.substring(time).matches(".*(?:[zZ]|[+-]\\d\\d(?::?\\d\\d)?)(?:\\[.*])?");
    }
}
