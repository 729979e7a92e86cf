package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * Whatever a host writes for a moment is read as that moment, or not at all; and no row is ever taken for older than it is
 * (law 9). The moments are those that an agent of these years can meet.
 */
class TimestampRoundTripTest {
    private static final Instant FIRST = Instant.ofEpochSecond(Timestamps.EARLIEST_SECONDS);
    private static final Instant LAST = Instant.parse("2100-01-01T00:00:00Z");
    /** From its year 2033 on, seconds as text sort behind dates; then the sweep will want another range. */
    private static final Instant LAST_SWEPT = Instant.parse("2033-01-01T00:00:00Z");

    private static final List<String> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().toList();

    private final TimeZone systemZone = TimeZone.getDefault();

    @BeforeProperty
    void inUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    @AfterProperty
    void inTheSystemsZone() {
        TimeZone.setDefault(systemZone);
    }

    /** How hosts write a moment, and how much of it that keeps. */
    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    enum Form {
        EPOCH_SECONDS(ChronoUnit.SECONDS, Instant::getEpochSecond),
        EPOCH_MILLIS(ChronoUnit.MILLIS, Instant::toEpochMilli),
        EPOCH_MICROS(ChronoUnit.MILLIS, Form::micros),
        REAL_SECONDS(ChronoUnit.MILLIS, moment -> moment.toEpochMilli() / 1e3),
        REAL_SECONDS_TO_THE_MICRO(ChronoUnit.MILLIS, moment -> micros(moment) / 1e6),
        REAL_MILLIS(ChronoUnit.MILLIS, moment -> (double) moment.toEpochMilli()),
        REAL_MILLIS_TO_THE_MICRO(ChronoUnit.MILLIS, moment -> micros(moment) / 1e3),
        REAL_MICROS(ChronoUnit.MILLIS, moment -> (double) micros(moment)),
        TEXT_OF_SECONDS(ChronoUnit.SECONDS, moment -> String.valueOf(moment.getEpochSecond())),
        TEXT_OF_MILLIS(ChronoUnit.MILLIS, moment -> String.valueOf(moment.toEpochMilli())),
        TEXT_OF_MICROS(ChronoUnit.MILLIS, moment -> String.valueOf(micros(moment))),
        TEXT_OF_REAL_SECONDS(ChronoUnit.MILLIS, moment -> String.valueOf(moment.toEpochMilli() / 1e3)),
        INSTANT(ChronoUnit.MILLIS, Instant::toString),
        PYTHON_ISO_FORMAT(ChronoUnit.MILLIS, pattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx")),
        SQLITE_STRFTIME(ChronoUnit.MILLIS, pattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")),
        CURRENT_TIMESTAMP(ChronoUnit.SECONDS, pattern("uuuu-MM-dd HH:mm:ss")),
        SQL_TIMESTAMP(ChronoUnit.MILLIS, pattern("uuuu-MM-dd HH:mm:ss.SSS")),
        LOCAL_IN_UTC(
                ChronoUnit.MILLIS,
                moment -> LocalDateTime.ofInstant(moment, ZoneOffset.UTC).toString()),
        TO_THE_MINUTE(ChronoUnit.MINUTES, pattern("uuuu-MM-dd HH:mm")),
        TIMESTAMPTZ(ChronoUnit.MILLIS, pattern("uuuu-MM-dd HH:mm:ss.SSSSSSx"));

        private final ChronoUnit precision;
        private final Function<Instant, Object> writer;

        Form(ChronoUnit precision, Function<Instant, Object> writer) {
            this.precision = precision;
            this.writer = writer;
        }

        private static long micros(Instant moment) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
        }

        private static Function<Instant, Object> pattern(String pattern) {
            return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC)::format;
        }

        Object write(Instant moment) {
            return writer.apply(moment);
        }

        /** What is left of a moment that was written so. */
        long kept(Instant moment) {
            return moment.truncatedTo(precision).toEpochMilli();
        }
    }

    @Property
    void everyFormIsReadAsTheMomentThatWasWritten(@ForAll Form form, @ForAll("moments") Instant moment) {
        assertThat(read(form.write(moment))).hasValue(form.kept(moment));
    }

    @Property
    void textWithAnOffsetMeansThatMomentWhateverTheOffset(
            @ForAll("moments") Instant moment, @ForAll("offsets") ZoneOffset offset, @ForAll("shapes") String shape) {
        String text = DateTimeFormatter.ofPattern(shape).withZone(offset).format(moment);

        assertThat(read(text)).as(text).hasValue(moment.toEpochMilli());
    }

    @Property
    void textOfAnyZoneMeansThatMomentWhateverTheZone(@ForAll("momentsInAZone") ZonedDateTime moment) {
        assertThat(read(moment.toString()))
                .as(moment.toString())
                .hasValue(moment.toInstant().toEpochMilli());
    }

    /** In the hour that comes twice, too: of the two moments that a text may mean, it is the later. */
    @Property
    void textWithoutAZoneIsNeverEarlierThanAHostInItsOwnZoneMeantIt(@ForAll("momentsInAZone") ZonedDateTime moment) {
        TimeZone.setDefault(TimeZone.getTimeZone(moment.getZone()));
        String local = LocalDateTime.ofInstant(moment.toInstant(), ZoneId.systemDefault())
                .toString();
        String utc = LocalDateTime.ofInstant(moment.toInstant(), ZoneOffset.UTC).toString();

        long millis = moment.toInstant().toEpochMilli();
        assertThat(read(local).orElse(Long.MAX_VALUE)).as(local).isGreaterThanOrEqualTo(millis);
        assertThat(read(utc).orElse(Long.MAX_VALUE)).as(utc).isGreaterThanOrEqualTo(millis);
    }

    /** A REAL of seconds has no exact thousandths: times 1,000, it may fall short of the millisecond that was meant. */
    @Property(tries = 20_000)
    void noMillisecondIsLostInARealOfSeconds(@ForAll("moments") Instant moment) {
        assertThat(read(moment.toEpochMilli() / 1e3)).hasValue(moment.toEpochMilli());
    }

    @Property
    void exactlyAtTheMaxAgeItIsFreshAndAMillisecondLaterItIsExpired(
            @ForAll Form form,
            @ForAll("moments") Instant moment,
            @ForAll @LongRange(min = 1, max = 400L * 86_400_000) long maxAgeMillis) {
        LastUsed lastUsed = Timestamps.AUTO.read(form.write(moment));
        Instant edge = Instant.ofEpochMilli(form.kept(moment)).plusMillis(maxAgeMillis);

        assertThat(isExpired(lastUsed, maxAgeMillis, edge.minusMillis(1))).isFalse();
        assertThat(isExpired(lastUsed, maxAgeMillis, edge)).isFalse();
        assertThat(isExpired(lastUsed, maxAgeMillis, edge.plusMillis(1))).isTrue();
    }

    @Property
    void aFormatThatIsGivenReadsItsOwnAsAutoDoes(@ForAll Form form, @ForAll("moments") Instant moment) {
        Object stored = form.write(moment);

        for (Timestamps format : Timestamps.values()) {
            OptionalLong read = format.read(stored).epochMillis();
            assertThat(read.isEmpty() || read.equals(read(stored)))
                    .as(format + " " + stored)
                    .isTrue();
        }
        assertThat(Timestamps.values())
                .filteredOn(format -> format.read(stored).epochMillis().isPresent())
                .as("no more than one of the given formats, beside auto")
                .hasSizeBetween(1, 2);
    }

    /** Units that no format knows: a live row that holds one of them must never look old. */
    enum Foreign {
        NANOS(moment -> ChronoUnit.NANOS.between(Instant.EPOCH, moment)),
        JULIAN_DAY(moment -> moment.toEpochMilli() / 86_400_000.0 + 2_440_587.5),
        WHOLE_JULIAN_DAY(moment -> moment.toEpochMilli() / 86_400_000 + 2_440_588),
        DAYS(moment -> moment.toEpochMilli() / 86_400_000),
        HOURS(moment -> moment.toEpochMilli() / 3_600_000),
        MINUTES(moment -> moment.toEpochMilli() / 60_000),
        TENTHS(moment -> moment.toEpochMilli() / 100),
        HUNDREDTHS(moment -> moment.toEpochMilli() / 10),
        TENTHS_OF_A_MILLI(moment -> moment.toEpochMilli() * 10),
        DOT_NET_TICKS(moment -> moment.toEpochMilli() * 10_000 + 621_355_968_000_000_000L),
        WINDOWS_FILE_TIME(moment -> moment.toEpochMilli() * 10_000 + 116_444_736_000_000_000L),
        WEBKIT_MICROS(moment -> moment.toEpochMilli() * 1_000 + 11_644_473_600_000_000L),
        APPLE_SECONDS(moment -> moment.getEpochSecond() - 978_307_200),
        APPLE_NANOS(moment -> (moment.toEpochMilli() - 978_307_200_000L) * 1_000_000),
        EXCEL_DAYS(moment -> moment.toEpochMilli() / 86_400_000.0 + 25_569),
        DIGITS_OF_THE_DAY(digits("uuuuMMdd")),
        DIGITS_OF_THE_HOUR(digits("uuuuMMddHH")),
        DIGITS_OF_THE_MINUTE(digits("uuuuMMddHHmm")),
        DIGITS_OF_THE_SECOND(digits("uuuuMMddHHmmss")),
        DIGITS_OF_THE_MILLI(digits("uuuuMMddHHmmssSSS"));

        @SuppressWarnings("ImmutableEnumChecker") // a function without state
        private final Function<Instant, Number> writer;

        Foreign(Function<Instant, Number> writer) {
            this.writer = writer;
        }

        private static Function<Instant, Number> digits(String pattern) {
            DateTimeFormatter digits = DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC);
            return moment -> Long.valueOf(digits.format(moment));
        }
    }

    @Property
    void aUnitThatNoFormatKnowsNeverMakesALiveRowLookOld(
            @ForAll Foreign unit, @ForAll("momentsOfTheseYears") Instant moment, @ForAll Timestamps format) {
        Number stored = unit.writer.apply(moment);

        assertThat(isExpired(format.read(stored), 60_000, moment.plusMillis(60_000)))
                .as(stored + " as a number")
                .isFalse();
        assertThat(isExpired(format.read(stored.toString()), 60_000, moment.plusMillis(60_000)))
                .as(stored + " as text")
                .isFalse();
    }

    @Property
    void noNumberMeansAnythingButItsSecondsMillisOrMicros(@ForAll double value) {
        read(value)
                .ifPresent(millis -> assertThat(List.of(value * 1_000 - millis, value - millis, value / 1_000 - millis))
                        .as("%s read as %s", value, millis)
                        .anyMatch(difference -> Math.abs(difference) <= 1));
    }

    @Property
    void noWholeNumberMeansAMomentBefore2015(@ForAll long value) {
        read(value).ifPresent(millis -> assertThat(millis).isGreaterThanOrEqualTo(FIRST.toEpochMilli()));
    }

    @Property
    void noTextThrowsAndNoneMeansAMomentBefore2015(@ForAll("almostTimestamps") String text) {
        read(text).ifPresent(millis -> assertThat(millis).as(text).isGreaterThanOrEqualTo(FIRST.toEpochMilli()));
    }

    /** Java's own parser takes {@code 1767225600d} for a number. */
    @Property
    void aNumberWithALetterBehindItIsNoNumber(@ForAll("moments") Instant moment, @ForAll("letters") String letters) {
        assertThat(read(moment.getEpochSecond() + letters)).isEmpty();
    }

    /** A sweep asks for these ranges alone: an expired row that lies outside them would never be swept. */
    @Property
    void everyFormOfAnExpiredMomentLiesInARangeThatTheSweepLooksIn(
            @ForAll Form form,
            @ForAll("momentsOfTheseYears") Instant moment,
            @ForAll @LongRange(min = 1, max = 400L * 86_400_000) long olderByMillis) {
        Object stored = form.write(moment);
        List<Object> bounds = Timestamps.AUTO.candidateRanges(moment.toEpochMilli() + olderByMillis);

        assertThat(isInARange(stored, bounds)).as("%s in %s", stored, bounds).isTrue();
    }

    /** As SQLite compares: numbers with numbers, text with text. */
    private static boolean isInARange(Object stored, List<Object> bounds) {
        for (int i = 0; i < bounds.size(); i += 2) {
            if (stored instanceof String text
                    && bounds.get(i) instanceof String from
                    && bounds.get(i + 1) instanceof String below
                    && text.compareTo(from) >= 0
                    && text.compareTo(below) < 0) {
                return true;
            }
            if (stored instanceof Number number
                    && bounds.get(i) instanceof Long from
                    && bounds.get(i + 1) instanceof Long below
                    && number.doubleValue() >= from
                    && number.doubleValue() < below) {
                return true;
            }
        }
        return false;
    }

    @Provide
    Arbitrary<Instant> moments() {
        return between(FIRST, LAST);
    }

    @Provide
    Arbitrary<Instant> momentsOfTheseYears() {
        return between(Instant.parse("2024-01-01T00:00:00Z"), LAST_SWEPT);
    }

    /** To the nanosecond, as Java's clock tells it. */
    private static Arbitrary<Instant> between(Instant first, Instant last) {
        Arbitrary<Long> seconds = Arbitraries.longs().between(first.getEpochSecond(), last.getEpochSecond() - 1);
        Arbitrary<Long> nanos = Arbitraries.longs().between(0, 999_999_999);
        return Combinators.combine(seconds, nanos).as(Instant::ofEpochSecond);
    }

    @Provide
    Arbitrary<ZoneOffset> offsets() {
        // Quarters of an hour, as all offsets of our day are.
        return Arbitraries.integers()
                .between(-4 * 18, 4 * 18)
                .map(quarters -> ZoneOffset.ofTotalSeconds(900 * quarters));
    }

    /** Half of them where the zone's clocks are set forward or back. */
    @Provide
    Arbitrary<ZonedDateTime> momentsInAZone() {
        Arbitrary<ZoneId> zones = Arbitraries.of(ZONES).map(ZoneId::of);
        Arbitrary<Long> seconds = Arbitraries.longs().between(-10_800, 10_800);
        return Combinators.combine(moments(), zones, seconds, Arbitraries.of(true, false))
                .as((moment, zone, offset, atAChange) -> {
                    ZoneOffsetTransition change = zone.getRules().nextTransition(moment);
                    return (atAChange && change != null ? change.getInstant().plusSeconds(offset) : moment)
                            .atZone(zone);
                });
    }

    @Provide
    Arbitrary<String> shapes() {
        return Arbitraries.of(
                "uuuu-MM-dd'T'HH:mm:ss.SSSXXX",
                "uuuu-MM-dd'T'HH:mm:ss.SSSxxx",
                "uuuu-MM-dd HH:mm:ss.SSSxxx",
                "uuuu-MM-dd HH:mm:ss.SSSSSS xxx",
                "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSxx",
                "uuuu-MM-dd't'HH:mm:ss.SSSXXXXX");
    }

    @Provide
    Arbitrary<String> almostTimestamps() {
        Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(30);
        Arbitrary<String> ofTheirLetters =
                Arbitraries.strings().withChars("0123456789-:T .Z+eE[]").ofMaxLength(30);
        Arbitrary<String> damaged = Combinators.combine(
                        moments(),
                        Arbitraries.integers().between(0, 29),
                        Arbitraries.strings().withChars("0123456789-:T .Z+eE[]").ofMaxLength(2))
                .as((moment, at, letters) -> {
                    StringBuilder text = new StringBuilder(moment.toString());
                    return text.replace(Math.min(at, text.length()), Math.min(at + 1, text.length()), letters)
                            .toString();
                });
        return Arbitraries.oneOf(anything, ofTheirLetters, damaged);
    }

    @Provide
    Arbitrary<String> letters() {
        return Arbitraries.of("d", "D", "f", "F", "L", "l", "ms", "s", "e", "E+", "p1", "_0", "٣");
    }

    private static OptionalLong read(Object stored) {
        return Timestamps.AUTO.read(stored).epochMillis();
    }

    private static boolean isExpired(LastUsed lastUsed, long maxAgeMillis, Instant now) {
        return new MaxSessionAge(maxAgeMillis, InstantSource.fixed(now)).isExceededBy(lastUsed);
    }
}
