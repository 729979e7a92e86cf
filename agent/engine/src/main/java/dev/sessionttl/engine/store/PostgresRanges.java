package dev.sessionttl.engine.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The ranges that an index on the last-used column serves, by the column's type in PostgreSQL. */
enum PostgresRanges {
    /** There is no such column: every row may be expired. */
    NONE(0, "") {
        @Override
        List<Object> before(long cutoffMillis) {
            return List.of();
        }
    },
    WIDE_NUMBER(3, "") {
        @Override
        List<Object> before(long cutoffMillis) {
            // Seconds, ms and µs; the fourth range of Timestamps is text, which a number never is.
            return Timestamps.AUTO.candidateRanges(cutoffMillis).subList(0, 6);
        }
    },
    NARROW_NUMBER(1, "") {
        @Override
        List<Object> before(long cutoffMillis) {
            return Timestamps.AUTO.candidateRanges(cutoffMillis).subList(0, 2);
        }
    },
    MOMENT(1, "") {
        @Override
        List<Object> before(long cutoffMillis) {
            return List.of(EARLIEST, MOMENTS.format(Instant.ofEpochMilli(cutoffMillis)));
        }
    },
    /** By the column's own collation, as its index is: every one of them has digits in their order. */
    TEXT(1, "") {
        @Override
        List<Object> before(long cutoffMillis) {
            return Timestamps.AUTO.candidateRanges(cutoffMillis).subList(6, 8);
        }
    },
    OTHER(1, "::text") {
        @Override
        List<Object> before(long cutoffMillis) {
            return TEXT.before(cutoffMillis);
        }
    };

    /** With its offset, which a column without a zone ignores: the session's own zone is the JVM's. */
    private static final DateTimeFormatter MOMENTS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

    private static final String EARLIEST = MOMENTS.format(Instant.ofEpochSecond(Timestamps.EARLIEST_SECONDS));

    final int number;
    final String cast;

    PostgresRanges(int number, String cast) {
        this.number = number;
        this.cast = cast;
    }

    abstract List<Object> before(long cutoffMillis);

    /** @param type the column's */
    static PostgresRanges of(String type) {
        return switch (type) {
            case "int8", "numeric", "float8", "float4" -> WIDE_NUMBER;
            case "int4" -> NARROW_NUMBER;
            case "timestamptz", "timestamp" -> MOMENT;
            case "text", "varchar", "bpchar", "citext" -> TEXT;
            default -> OTHER;
        };
    }
}
