package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final long MILLIS = 1_767_225_600_123L; // 2026-01-01T00:00:00.123Z
    private static final long WHOLE = 1_767_225_600_000L;
    private static final OptionalLong UNTOLD = OptionalLong.empty();

    private final TimeZone systemZone = TimeZone.getDefault();

    @BeforeEach
    void inUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    @AfterEach
    void inTheSystemsZone() {
        TimeZone.setDefault(systemZone);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of("seconds", 1_767_225_600, WHOLE),
                Arguments.of("seconds as a long", 1_767_225_600L, WHOLE),
                Arguments.of("milliseconds", MILLIS, MILLIS),
                Arguments.of("microseconds", 1_767_225_600_123_456L, MILLIS),
                Arguments.of("whole microseconds", 1_767_225_600_123_000L, MILLIS),
                Arguments.of("REAL seconds", 1_767_225_600.123, MILLIS),
                Arguments.of("REAL seconds of Python's time.time()", 1_767_225_600.123456, MILLIS),
                Arguments.of("REAL milliseconds", 1_767_225_600_123.0, MILLIS),
                Arguments.of("the first second that is plausible", 1_420_070_400, 1_420_070_400_000L),
                Arguments.of("the first millisecond that is plausible", 1_420_070_400_000L, 1_420_070_400_000L),
                Arguments.of("the first microsecond that is plausible", 1_420_070_400_000_000L, 1_420_070_400_000L),
                Arguments.of("the year 6469 in seconds", 142_007_039_999L, 142_007_039_999_000L),
                Arguments.of("the year 6469 in milliseconds", 142_007_039_999_999L, 142_007_039_999_999L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void theUnitOfANumberIsToldFromItsMagnitude(String what, Number stored, long millis) {
        assertThat(Timestamps.AUTO.read(stored).epochMillis()).as(what).hasValue(millis);
        assertThat(Timestamps.AUTO.read(stored).stored()).isSameAs(stored);
    }

    static Stream<Number> implausibleNumbers() {
        return Stream.of(
                0,
                1,
                -1,
                -1_767_225_600L,
                -MILLIS,
                1_420_070_399, // 2014 in seconds
                142_007_040_000L, // too late for seconds, too early for milliseconds
                1_420_070_399_999L, // 2014 in milliseconds
                142_007_040_000_000L,
                1_420_070_399_999_999L, // 2014 in microseconds
                1_767_225_600_123_456_789L, // nanoseconds
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                20_260_101,
                Double.NaN,
                Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @MethodSource("implausibleNumbers")
    void aNumberWhoseUnitCannotBeToldHasNoMoment(Number stored) {
        assertThat(Timestamps.AUTO.read(stored).epochMillis()).isEqualTo(UNTOLD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T00:00:00.123Z",
                "2026-01-01t00:00:00.123z",
                "2026-01-01 00:00:00.123",
                "2026-01-01T00:00:00.123",
                "2026-01-01T00:00:00.123456",
                "2026-01-01T00:00:00.123456789Z",
                "2026-01-01T02:00:00.123+02:00",
                "2026-01-01 02:00:00.123+0200",
                "2026-01-01 02:00:00.123456+02",
                "2026-01-01 02:00:00.123 +02:00",
                "2025-12-31T18:30:00.123-05:30",
                "2026-01-01T01:00:00.123+01:00[Europe/Berlin]",
                "  2026-01-01T00:00:00.123Z ",
                "1767225600123",
                "1767225600.123",
            })
    void everyCommonTextFormIsRead(String stored) {
        assertThat(Timestamps.AUTO.read(stored).epochMillis()).hasValue(MILLIS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01 00:00:00", // CURRENT_TIMESTAMP
                "2026-01-01 00:00",
                "2026-01-01T00:00Z",
                "1767225600",
                "1767225600000000",
            })
    void textWithoutAFractionIsRead(String stored) {
        assertThat(Timestamps.AUTO.read(stored).epochMillis()).hasValue(WHOLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yesterday",
                "null",
                "0",
                "-1",
                "2026",
                "2026-01-01",
                "20260101",
                "12:00:00",
                "2026-13-01T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "01/02/2026 03:04:05",
                "Thu Jan 01 00:00:00 UTC 2026",
                "2026-01-01T00:00:00Z and more",
                "1970-01-01T00:00:00Z",
                "2014-12-31T23:59:59.999Z",
                "0001-01-01T00:00:00Z",
                "1767225600123456789",
                "1e400",
                "999999999999999999999999",
            })
    void textThatIsNoPlausibleTimeHasNoMoment(String stored) {
        assertThat(Timestamps.AUTO.read(stored).epochMillis()).isEqualTo(UNTOLD);
    }

    @Test
    void whatIsNeitherNumberNorTextHasNoMoment() {
        assertThat(Timestamps.AUTO.read(null).epochMillis()).isEqualTo(UNTOLD);
        assertThat(Timestamps.AUTO.read(new byte[] {1, 2}).epochMillis()).isEqualTo(UNTOLD);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOCH_MILLIS,  1767225600123,            1767225600123",
        "EPOCH_MILLIS,  1767225600,               ",
        "EPOCH_MILLIS,  1767225600123456,         ",
        "EPOCH_MILLIS,  2026-01-01T00:00:00.123Z, ",
        "EPOCH_SECONDS, 1767225600,               1767225600000",
        "EPOCH_SECONDS, 1767225600123,            ",
        "EPOCH_SECONDS, 2026-01-01T00:00:00.123Z, ",
        "ISO_8601,      2026-01-01T00:00:00.123Z, 1767225600123",
        "ISO_8601,      1767225600123,            ",
    })
    void aFormatThatIsGivenReadsNothingElse(Timestamps format, String stored, Long millis) {
        OptionalLong expected = millis == null ? UNTOLD : OptionalLong.of(millis);

        assertThat(format.read(stored).epochMillis()).isEqualTo(expected);
        if (stored.chars().allMatch(Character::isDigit)) {
            assertThat(format.read(Long.valueOf(stored)).epochMillis()).isEqualTo(expected);
        }
    }

    /** A host that writes LocalDateTime means its own zone, SQLite's CURRENT_TIMESTAMP means UTC: the later loses nothing. */
    @ParameterizedTest
    @CsvSource({
        "UTC,              2026-01-01T00:00:00Z",
        "America/New_York, 2026-01-01T05:00:00Z",
        "Asia/Tokyo,       2026-01-01T00:00:00Z",
    })
    void textWithoutAZoneIsTheLaterOfUtcAndTheSystemsZone(String system, Instant moment) {
        TimeZone.setDefault(TimeZone.getTimeZone(system));

        assertThat(Timestamps.AUTO.read("2026-01-01 00:00:00").epochMillis()).hasValue(moment.toEpochMilli());
        assertThat(Timestamps.ISO_8601.read("2026-01-01T00:00").epochMillis()).hasValue(moment.toEpochMilli());
        assertThat(Timestamps.AUTO.read("2026-01-01T00:00:00.123Z").epochMillis())
                .as("text with a zone means that one")
                .hasValue(MILLIS);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T01:00:00.123[Europe/Berlin],          2026-01-01T00:00:00.123Z",
        "2026-07-01T02:00:00[Europe/Berlin],              2026-07-01T00:00:00Z",
        "2026-07-01T02:00:00+02:00[Europe/Berlin],        2026-07-01T00:00:00Z",
        // The hour that comes twice, as ZonedDateTime writes both of it.
        "2026-10-25T02:30:00+02:00[Europe/Berlin],        2026-10-25T00:30:00Z",
        "2026-10-25T02:30:00+01:00[Europe/Berlin],        2026-10-25T01:30:00Z",
    })
    void aZoneInBracketsIsHonoured(String stored, Instant moment) {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));

        assertThat(Timestamps.AUTO.read(stored).epochMillis()).hasValue(moment.toEpochMilli());
    }

    @Test
    void noMillisecondIsLostInAnyUnit() {
        List<String> wrong = new ArrayList<>();
        for (long millis = MILLIS; millis < MILLIS + 200_000; millis += 7) {
            if (Timestamps.AUTO.read(millis * 1_000).epochMillis().orElse(0) != millis) {
                wrong.add(millis + " in microseconds");
            }
            if (Timestamps.AUTO.read(millis * 1_000 + 999).epochMillis().orElse(0) != millis) {
                wrong.add(millis + " and 999 microseconds");
            }
            if (Timestamps.AUTO.read(millis / 1_000.0).epochMillis().orElse(0) != millis) {
                wrong.add(millis + " in REAL seconds");
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A sweep asks for these ranges alone: what lies outside them is never swept. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2015-01-01T00:00:00Z",
                "2026-01-01T00:00:00.122Z",
                "2025-12-31T23:59:59.999Z",
            })
    void everyMomentBeforeTheCutoffLiesInACandidateRangeOfItsUnit(String moment) {
        long millis = Instant.parse(moment).toEpochMilli();
        List<Object> ranges = Timestamps.AUTO.candidateRanges(MILLIS);

        assertThat(millis / 1_000).isBetween((Long) ranges.get(0), (Long) ranges.get(1) - 1);
        assertThat(millis).isBetween((Long) ranges.get(2), (Long) ranges.get(3) - 1);
        assertThat(millis * 1_000).isBetween((Long) ranges.get(4), (Long) ranges.get(5) - 1);
        assertThat(moment).isBetween((String) ranges.get(6), (String) ranges.get(7));
    }
}
