package dev.sessionttl.engine.store;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.OptionalLong;

/** ISO-8601 and SQL text timestamps; text without a zone is UTC, as SQLite's own CURRENT_TIMESTAMP is. */
final class IsoTimestamps {
    /** A date, {@code T} or a space, a time with or without seconds and fraction, an offset or none, a zone id or none. */
    private static final DateTimeFormatter ANY = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("['T'][ ]")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[ ][XXXXX][XXXX][X]['['VV']']")
            .toFormatter()
            // Otherwise the 30th of February would be read as the 28th: what is no date cannot be told (law 9).
            .withResolverStyle(ResolverStyle.STRICT);

    private IsoTimestamps() {}

    static OptionalLong epochMillis(String text) {
        try {
            TemporalAccessor parsed = ANY.parse(text);
            ZoneOffset offset = parsed.isSupported(ChronoField.OFFSET_SECONDS)
                    ? ZoneOffset.ofTotalSeconds(parsed.get(ChronoField.OFFSET_SECONDS))
                    : ZoneOffset.UTC;
            long millis = LocalDateTime.from(parsed).toInstant(offset).toEpochMilli();
            return millis / 1_000 >= Timestamps.EARLIEST_SECONDS ? OptionalLong.of(millis) : OptionalLong.empty();
        } catch (DateTimeException notATimestamp) {
            return OptionalLong.empty();
        }
    }
}
