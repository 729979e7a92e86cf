package dev.sessionttl.engine.store;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.OptionalLong;

/**
 * ISO-8601 and SQL text timestamps. Text without a zone is UTC, as SQLite's own CURRENT_TIMESTAMP is, unless the host's own
 * zone makes it later: a host that writes LocalDateTime must not lose sessions early (law 9).
 */
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
            LocalDateTime local = LocalDateTime.from(parsed);
            // The offset first: in the hour that a zone's clocks repeat, only it tells which of the two is meant.
            ZoneId offset = parsed.query(TemporalQueries.offset());
            ZoneId zone = offset != null ? offset : parsed.query(TemporalQueries.zoneId());
            long millis = zone != null
                    ? latest(local, zone)
                    : Math.max(latest(local, ZoneOffset.UTC), latest(local, ZoneId.systemDefault()));
            return millis / 1_000 >= Timestamps.EARLIEST_SECONDS ? OptionalLong.of(millis) : OptionalLong.empty();
        } catch (DateTimeException notATimestamp) {
            return OptionalLong.empty();
        }
    }

    /** Where clocks are set back an hour comes twice: the text may mean its second coming. */
    private static long latest(LocalDateTime local, ZoneId zone) {
        return local.atZone(zone).withLaterOffsetAtOverlap().toInstant().toEpochMilli();
    }
}
