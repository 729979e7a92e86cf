package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.LastUsed;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what moment a stored last-used value means. With {@link #AUTO} the unit is told value by value from its
 * magnitude: no second of the years 2015 to 6469 can be taken for a millisecond of those years. What cannot be told, or
 * would lie before 2015, has no moment, and a row without one is never deleted for age (law 9).
 */
enum Timestamps {
    AUTO {
        @Override
        OptionalLong ofNumber(double value) {
            if (isPlausible(value, 1)) {
                return inMillis(value, 1e6);
            }
            if (isPlausible(value, 1e3)) {
                return inMillis(value, 1e3);
            }
            if (isPlausible(value, 1e6)) {
                return inMillis(value, 1);
            }
            return OptionalLong.empty();
        }

        @Override
        OptionalLong ofText(String value) {
            OptionalLong number = numberIn(value);
            return number.isPresent() ? number : IsoTimestamps.epochMillis(value);
        }
    },
    EPOCH_MILLIS {
        @Override
        OptionalLong ofNumber(double value) {
            return isPlausible(value, 1e3) ? inMillis(value, 1e3) : OptionalLong.empty();
        }

        @Override
        OptionalLong ofText(String value) {
            return numberIn(value);
        }
    },
    EPOCH_SECONDS {
        @Override
        OptionalLong ofNumber(double value) {
            return isPlausible(value, 1) ? inMillis(value, 1e6) : OptionalLong.empty();
        }

        @Override
        OptionalLong ofText(String value) {
            return numberIn(value);
        }
    },
    ISO_8601 {
        @Override
        OptionalLong ofNumber(double value) {
            return OptionalLong.empty();
        }

        @Override
        OptionalLong ofText(String value) {
            return IsoTimestamps.epochMillis(value);
        }
    };

    /** 2015-01-01T00:00:00Z in seconds: no orchestrator of AI agents is older. */
    static final long EARLIEST_SECONDS = 1_420_070_400L;

    /** Narrower than Java's own parser, which takes {@code 1767225600d} for a number. */
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,20}(\\.[0-9]{0,20})?([eE]\\+?[0-9]{1,2})?");

    /** Seconds, milliseconds, microseconds and text: how many ranges {@link #candidateRanges} gives. */
    static final int CANDIDATE_RANGES = 4;

    private static final long MILLIS_A_DAY = 86_400_000;

    static Timestamps of(TimestampFormat format) {
        return valueOf(format.name());
    }

    abstract OptionalLong ofNumber(double value);

    abstract OptionalLong ofText(String value);

    LastUsed read(@Nullable Object stored) {
        if (stored instanceof Number number) {
            // A double holds every microsecond up to the year 2255 exactly.
            return new LastUsed(stored, ofNumber(number.doubleValue()));
        }
        if (stored instanceof String text) {
            return new LastUsed(stored, ofText(text.trim()));
        }
        return new LastUsed(stored, OptionalLong.empty());
    }

    /**
     * Pairs of bounds, from and below, in which every value lies that may mean a moment before the cutoff: as seconds, ms,
     * µs and text. A column of any affinity compares as it stores, so that an index on it serves.
     */
    List<Object> candidateRanges(long cutoffMillis) {
        long earliest = EARLIEST_SECONDS;
        // Text in a zone east of UTC may read as up to 14 hours later than it is.
        String textBound = LocalDate.ofEpochDay(Math.floorDiv(cutoffMillis, MILLIS_A_DAY) + 2)
                .toString();
        return List.of(
                earliest,
                cutoffMillis / 1_000 + 1,
                earliest * 1_000,
                cutoffMillis,
                earliest * 1_000_000,
                cutoffMillis * 1_000,
                // Not "0": a column of numbers would compare with 0, and every row of the table would be a candidate.
                "",
                textBound);
    }

    OptionalLong numberIn(String value) {
        return DECIMAL.matcher(value).matches() ? ofNumber(Double.parseDouble(value)) : OptionalLong.empty();
    }

    private static boolean isPlausible(double value, double unitsPerSecond) {
        double seconds = value / unitsPerSecond;
        return seconds >= EARLIEST_SECONDS && seconds < 100.0 * EARLIEST_SECONDS;
    }

    /** By way of whole microseconds, for seconds in a double fall short of some milliseconds, and a row looks older than it is. */
    private static OptionalLong inMillis(double value, double microsPerUnit) {
        return OptionalLong.of(Math.floorDiv(Math.round(value * microsPerUnit), 1_000));
    }
}
