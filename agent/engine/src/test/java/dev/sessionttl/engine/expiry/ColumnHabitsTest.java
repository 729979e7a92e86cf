package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ColumnHabitsTest {
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock();
    private final ColumnHabits habits = new ColumnHabits(new MaxSessionAge(86_400_000, clock));
    private final List<String> warnings = new ArrayList<>();

    @Test
    void aColumnThatMovesBeforeEveryReadIsToldOfOnce() {
        for (int i = 0; i < ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR);
        }
        assertThat(warnings).isEmpty();

        for (int i = 0; i < 2 * ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR);
        }
        assertThat(warnings).singleElement().asString().contains("moves before every read", "\"observed\"");
    }

    /** Its last turn ended a moment ago. */
    @Test
    void aHostThatReadsASessionAgainAsSoonAsItsTurnIsOverIsNotSuspected() {
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR.minusMillis(1));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aHostWhoseTurnsTakeHoursIsNotSuspectedWhereTheirEndsAreSeen() {
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR.multipliedBy(2));
            habits.resumed("s");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void oneOldSessionShowsThatTheColumnDoesNotMoveBeforeEveryRead() {
        for (int i = 0; i < ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR);
        }
        read("other", clock.ago(Duration.ofMillis(2_001)));
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            readJustTouched();
            clock.advance(AN_HOUR);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aColumnThatDoesNotMoveThoughSessionsAreResumedIsToldOfOnce() {
        long made = clock.ago(AN_HOUR);
        for (int i = 0; i < ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            habits.resumed("s");
            clock.advance(A_MINUTE);
        }
        assertThat(warnings).isEmpty();

        for (int i = 0; i < 2 * ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            habits.resumed("s");
            clock.advance(A_MINUTE);
        }
        assertThat(warnings).singleElement().asString().contains("does not move", "\"observed\"");
    }

    @Test
    void toReadASessionIsNotToUseIt() {
        long made = clock.ago(AN_HOUR);
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            clock.advance(AN_HOUR);
        }
        assertThat(warnings).isEmpty();
    }

    /** The host may note it a little later. */
    @Test
    void aReadSoonAfterAResumeTellsNothingAndTheNextOneDoes() {
        long made = clock.ago(AN_HOUR);
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            habits.resumed("s");
            clock.advance(A_MINUTE.minusMillis(1));
        }
        assertThat(warnings).isEmpty();

        for (int i = 0; i < ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            habits.resumed("s");
            read("s", made);
            clock.advance(A_MINUTE);
            read("s", made);
        }
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aResumeIsOfOneReadAndNotOfAllThatFollow() {
        long made = clock.ago(AN_HOUR);
        for (int i = 1; i < ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            habits.resumed("s");
            clock.advance(A_MINUTE);
        }
        for (int i = 0; i < ColumnHabits.SIGHTINGS; i++) {
            read("s", made);
            clock.advance(A_MINUTE);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aSessionThatIsReadAllTheTimeIsNotForgottenForThousandsThatAreReadOnce() {
        long made = clock.ago(AN_HOUR);
        for (int i = 0; i <= ColumnHabits.SIGHTINGS; i++) {
            for (int other = 0; other < 600; other++) {
                read("s-" + i + "-" + other, made);
            }
            read("s", made);
            habits.resumed("s");
            clock.advance(A_MINUTE);
        }
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aColumnThatEverMovedIsNotStuck() {
        read("s", clock.ago(AN_HOUR));
        read("s", clock.ago(A_MINUTE));
        long then = clock.ago(A_MINUTE);
        for (int i = 0; i < 5 * ColumnHabits.SIGHTINGS; i++) {
            read("s", then);
            habits.resumed("s");
            clock.advance(A_MINUTE);
        }
        assertThat(warnings).isEmpty();
    }

    private void readJustTouched() {
        read("s", clock.millis());
    }

    private void read(String sessionId, long lastUsedMillis) {
        LastUsed lastUsed = new LastUsed(lastUsedMillis, OptionalLong.of(lastUsedMillis));
        habits.read(new SessionRow(List.of("key"), sessionId, lastUsed), clock.millis())
                .ifPresent(warnings::add);
    }
}
