package dev.sessionttl.engine.expiry;

import static dev.sessionttl.engine.expiry.Verdict.ABSENT;
import static dev.sessionttl.engine.expiry.Verdict.LEAVE;
import static dev.sessionttl.engine.expiry.Verdict.UNSETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.fixture.FaultyTable;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
    private static final Duration MAX_AGE = Duration.ofHours(24);
    private static final Duration STALE = Duration.ofHours(25);
    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final List<String> AGENT_1 = List.of("agent-1");

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();
    private final HeldWork background = new HeldWork();
    private HostDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRowExactlyAtTheMaxAgeIsStillFresh() {
        database.put("agent-1", "session-1", clock.ago(MAX_AGE));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aRowAMillisecondOlderThanTheMaxAgeIsExpired() {
        database.put("agent-1", "session-1", clock.ago(MAX_AGE.plus(MOMENT)));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void aRowAMillisecondYoungerThanTheMaxAgeIsFresh() {
        database.put("agent-1", "session-1", clock.ago(MAX_AGE.minus(MOMENT)));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aRowGrowsStaleByTheClockAlone() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(Duration.ZERO));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        clock.advance(MAX_AGE.plus(MOMENT));
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
    }

    @Test
    void whileItOnlyTellsNothingThatWasRefusedBeforeIsWithheldOrTakenForDead() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(Duration.ZERO));
        sessions.refused("session-1", List.of());
        assertThat(sessions.isRefused("session-1")).isTrue();

        sessions.setDryRun(true);
        database.put("agent-1", "session-1", clock.ago(Duration.ZERO));

        assertThat(sessions.isRefused("session-1")).isFalse();
        assertThat(sessions.wasRefused("session-1")).isTrue();
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void whoeverWasSwitchedOffMeanwhileKnowsOfNoDeadId() {
        Sessions sessions = sessions();
        sessions.refused("session-1", List.of());
        sessions.setDryRun(true);
        database.put("agent-1", "session-1", clock.ago(Duration.ZERO));

        sessions.forgetWhatIsDead();
        sessions.setDryRun(false);

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aRowWithoutALastUsedTimeIsNeverDeleted() {
        database.put("agent-1", "session-1", null);

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "0", "-1", "1700000000123456789", "2020-01-01", "12:00:00"})
    void aRowWhoseTimeCannotBeToldIsNeverDeleted(String lastUsedAt) {
        database.put("agent-1", "session-1", lastUsedAt);

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).containsExactly("failed open timestamp");
    }

    @ParameterizedTest
    @CsvSource({"86400000, 0", "86400001, 1"})
    void aRowThatLiesMoreThanADayAheadIsKeptAndCounted(long aheadMillis, int counted) {
        database.put("agent-1", "session-1", clock.ago(Duration.ofMillis(-aheadMillis)));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).hasSize(counted).allMatch("failed open timestamp"::equals);
    }

    @Test
    void aRowFromTheFutureIsNeverDeleted() {
        database.put("agent-1", "session-1", clock.ago(Duration.ofDays(-400)));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aKeyWithoutARowIsLeftToTheHost() {
        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void theRowOfAnEntityIsLeftToItsHostAndItsIdWithheld() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(STALE));

        assertThat(sessions.readOfEntity("session-1")).isEqualTo(ABSENT);
        assertThat(sessions.readOfEntity("session-1")).isEqualTo(ABSENT);

        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).containsExactly("vetoed session-1", "vetoed session-1");
        database.put("agent-2", "session-2", clock.ago(FRESH));
        assertThat(sessions.readOfEntity("session-2")).isEqualTo(LEAVE);
        assertThat(sessions.wasJustLetPass("session-2")).isTrue();
        assertThat(sessions.readOfEntity("unknown")).isEqualTo(LEAVE);
        sessions.refused("session-2", List.of());
        assertThat(sessions.readOfEntity("session-2")).isEqualTo(ABSENT);
    }

    @Test
    void anIdThatWasLetPassNeedNotBeAskedOfForAMoment() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(FRESH));
        assertThat(sessions.wasJustLetPass("session-1")).isFalse();

        sessions.readOf("session-1", List.of());

        assertThat(sessions.wasJustLetPass("session-1")).isTrue();
        assertThat(sessions.wasJustLetPass("session-2")).isFalse();
        clock.advance(Duration.ofNanos(LetPass.MOMENT_NANOS - 1));
        assertThat(sessions.wasJustLetPass("session-1")).isTrue();
        clock.advance(Duration.ofNanos(1));
        assertThat(sessions.wasJustLetPass("session-1")).isFalse();
    }

    @Test
    void aRefusalUndoesAtOnceThatAnIdWasLetPass() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(FRESH));
        sessions.readOf("session-1", List.of());

        sessions.refused("session-1", List.of());

        assertThat(sessions.wasJustLetPass("session-1")).isFalse();
        assertThat(sessions.readOf("session-1", List.of())).isEqualTo(ABSENT);
        assertThat(sessions.wasJustLetPass("session-1")).isFalse();
    }

    @Test
    void anExpiryAtAnotherSiteUndoesItToo() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(MAX_AGE));
        sessions.readOf("session-1", List.of());

        clock.advance(MOMENT);
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);

        assertThat(sessions.wasJustLetPass("session-1")).isFalse();
    }

    @Test
    void anIdIsJudgedByItsRow() {
        Sessions sessions = sessions();
        database.put("agent-1", "stale", clock.ago(STALE));
        database.put("agent-2", "fresh", clock.ago(FRESH));

        assertThat(sessions.readOf("stale", List.of())).isEqualTo(ABSENT);
        assertThat(sessions.readOf("fresh", List.of())).isEqualTo(LEAVE);
        assertThat(sessions.readOf("unknown", List.of())).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("fresh");
    }

    @Test
    void withMaxAgeZeroNothingExpiresButARefusedSessionIsStillDropped() {
        Sessions sessions = new Sessions(
                database.table(),
                new MaxSessionAge(0, clock),
                clock::nanoTime,
                events,
                background,
                false,
                () -> "a site");
        database.put("agent-1", "session-1", clock.ago(Duration.ofDays(900)));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        sessions.refused("session-1", List.of());

        assertThat(database.sessionIds()).isEmpty();
        assertThat(sessions.readOf("session-1", List.of())).isEqualTo(ABSENT);
    }

    @Test
    void aRefusedIdThatTheHostWritesBackIsDroppedAgainAndAbsent() {
        Sessions sessions = sessions();
        database.put("agent-1", "dead", clock.ago(FRESH));
        sessions.refused("dead", List.of());
        database.put("agent-1", "dead", clock.ago(Duration.ZERO));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(database.sessionIds()).isEmpty();
        assertThat(events.lines()).containsExactly("vetoed dead");
    }

    @Test
    void aRefusedIdIsAbsentThoughOnlyACacheOfTheHostStillHasIt() {
        Sessions sessions = sessions();
        database.put("agent-1", "dead", clock.ago(FRESH));
        sessions.refused("dead", List.of());

        assertThat(sessions.readOf("dead", List.of())).isEqualTo(ABSENT);
        assertThat(sessions.handedOut("dead")).isEqualTo(ABSENT);
        assertThat(sessions.handedOut("another")).isEqualTo(LEAVE);
    }

    @Test
    void anExpiredIdIsAbsentThoughOnlyACacheOfTheHostStillHasIt() {
        Sessions sessions = sessions();
        database.put("agent-1", "old", clock.ago(STALE));
        assertThat(sessions.anyVetoed()).isFalse();
        sessions.readByKey(AGENT_1);

        assertThat(sessions.anyVetoed()).isTrue();
        assertThat(sessions.handedOut("old")).isEqualTo(ABSENT);
        assertThat(sessions.isRefused("old")).isFalse();
    }

    @Test
    void anExpiredIdLivesAgainWithAFreshRow() {
        Sessions sessions = sessions();
        database.put("agent-1", "old", clock.ago(STALE));
        sessions.readByKey(AGENT_1);
        database.put("agent-1", "old", clock.ago(Duration.ZERO));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.anyVetoed()).isFalse();
        assertThat(database.sessionIds()).containsExactly("old");
    }

    @Test
    void anIdThatTheSweepDroppedIsAbsentWhereACacheHasItAndLivesAgainWithAFreshRow() {
        Sessions sessions = sessions();
        sessions.swept("old");

        assertThat(sessions.readOf("old", List.of())).isEqualTo(ABSENT);
        database.put("agent-1", "old", clock.ago(Duration.ZERO));
        assertThat(sessions.readOf("old", List.of())).isEqualTo(LEAVE);
    }

    @Test
    void aRunThatSucceedsLiftsTheVeto() {
        Sessions sessions = sessions();
        sessions.refused("session-1", List.of());
        database.put("agent-1", "session-1", clock.ago(Duration.ZERO));

        sessions.succeeded("session-1");

        assertThat(sessions.isRefused("session-1")).isFalse();
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aRefusedIdStaysDeadHoweverFreshItsRowAndWhateverTheSweepSays() {
        Sessions sessions = sessions();
        sessions.refused("dead", List.of());
        sessions.swept("dead");

        assertThat(sessions.isRefused("dead")).isTrue();
    }

    @Test
    void aVetoEndsAfterTheMaxAge() {
        Sessions sessions = sessions();
        sessions.refused("dead", List.of());

        clock.advance(MAX_AGE);
        assertThat(sessions.isRefused("dead")).isTrue();
        clock.advance(MOMENT);
        assertThat(sessions.isRefused("dead")).isFalse();
        assertThat(sessions.readOf("dead", List.of())).isEqualTo(LEAVE);
    }

    @Test
    void withMaxAgeZeroAVetoEndsAfterADay() {
        Sessions sessions = new Sessions(
                database.table(),
                new MaxSessionAge(0, clock),
                clock::nanoTime,
                events,
                background,
                false,
                () -> "a site");
        sessions.refused("dead", List.of());

        clock.advance(Duration.ofDays(1));
        assertThat(sessions.isRefused("dead")).isTrue();
        clock.advance(MOMENT);
        assertThat(sessions.isRefused("dead")).isFalse();
    }

    @Test
    void aTouchBetweenTheLookAndTheDeleteWins() {
        database.put("agent-1", "session-1", clock.ago(STALE));
        FaultyTable table = new FaultyTable(database.table()).beforeDrop(() -> touch(Duration.ZERO));

        assertThat(sessions(table).readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRowThatWasTouchedAndIsStillStaleIsDroppedAtTheSecondLook() {
        database.put("agent-1", "session-1", clock.ago(STALE.multipliedBy(2)));
        FaultyTable table = new FaultyTable(database.table()).beforeDrop(() -> touch(STALE));

        assertThat(sessions(table).readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(database.sessionIds()).isEmpty();
        assertThat(events.lines()).containsExactly("expired READ 1");
    }

    @Test
    void aRowThatIsTouchedTwiceIsLeft() {
        database.put("agent-1", "session-1", clock.ago(STALE.multipliedBy(3)));
        FaultyTable table = new FaultyTable(database.table())
                .beforeDrop(() -> touch(STALE.multipliedBy(2)))
                .beforeDrop(() -> touch(STALE));

        assertThat(sessions(table).readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
    }

    @Test
    void aRowThatSomebodyElseDeletedMeanwhileIsAbsent() {
        database.put("agent-1", "session-1", clock.ago(STALE));
        FaultyTable table =
                new FaultyTable(database.table()).beforeDrop(() -> database.execute("DELETE FROM agent_sessions"));

        assertThat(sessions(table).readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aFreshIdThatTheHostPutUnderTheKeyMeanwhileSurvives() {
        database.put("agent-1", "old", clock.ago(STALE));
        FaultyTable table = new FaultyTable(database.table()).beforeDrop(() -> {
            database.execute("DELETE FROM agent_sessions");
            database.put("agent-1", "new", clock.ago(Duration.ZERO));
        });

        assertThat(sessions(table).readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("new");
    }

    @Test
    void aRefusalLeavesTheFreshIdThatSitsUnderTheSameKey() {
        Sessions sessions = sessions();
        database.put("agent-1", "dead", clock.ago(FRESH));
        database.execute("UPDATE agent_sessions SET session_id = 'new'");

        sessions.refused("dead", AGENT_1);

        assertThat(database.sessionIds()).containsExactly("new");
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
    }

    @Test
    void aRefusalDropsADeadRowThoughTheHostHasJustTouchedIt() {
        database.put("agent-1", "dead", clock.ago(FRESH));
        FaultyTable table = new FaultyTable(database.table()).beforeDrop(() -> touch(Duration.ZERO));

        sessions(table).refused("dead", List.of());

        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void aRefusalWithAKeyLeavesTheSameIdUnderOtherKeys() {
        database.put("agent-1", "dead", clock.ago(FRESH));
        database.put("agent-2", "dead", clock.ago(FRESH));

        sessions().refused("dead", AGENT_1);

        assertThat(database.column("SELECT agent_id FROM agent_sessions")).containsExactly("agent-2");
    }

    @Test
    void aRefusalWithoutAKeyDropsEveryRowThatHoldsTheId() {
        database.put("agent-1", "dead", clock.ago(FRESH));
        database.put("agent-2", "dead", clock.ago(FRESH));
        database.put("agent-3", "live", clock.ago(FRESH));

        sessions().refused("dead", List.of());

        assertThat(database.sessionIds()).containsExactly("live");
    }

    @Test
    void ofSeveralRowsUnderAKeyTheStaleOnesGoAndTheFreshOneIsRead() {
        database.put("agent-1", "stale", clock.ago(STALE));
        database.put("agent-1", "fresh", clock.ago(FRESH));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("fresh");
    }

    @Test
    void whereAllRowsUnderAKeyAreStaleTheyAllGo() {
        database.put("agent-1", "stale-1", clock.ago(STALE));
        database.put("agent-1", "stale-2", clock.ago(STALE));

        assertThat(sessions().readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(database.sessionIds()).isEmpty();
        assertThat(events.lines()).containsExactly("expired READ 1", "expired READ 1");
    }

    @Test
    void aDryRunDeletesNothingWithholdsNothingAndVetoesNothing() {
        Sessions sessions = new Sessions(
                database.table(),
                new MaxSessionAge(MAX_AGE.toMillis(), clock),
                clock::nanoTime,
                events,
                background,
                true,
                () -> "a site");
        database.put("agent-1", "stale", clock.ago(STALE));
        database.put("agent-2", "dead", clock.ago(FRESH));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.readOf("stale", List.of())).isEqualTo(LEAVE);
        sessions.refused("dead", List.of());

        assertThat(sessions.isRefused("dead")).isFalse();
        assertThat(sessions.anyVetoed()).isFalse();
        assertThat(sessions.readOf("dead", List.of())).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("dead", "stale");
        assertThat(background.size()).isZero();
    }

    @Test
    void whileTheHostHoldsTheLockAStaleIdIsVetoedAndDroppedInTheBackground() throws StoreException {
        Sessions sessions = sessions();
        database.put("agent-1", "stale", clock.ago(STALE));
        database.holdTheWriteLock();

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(UNSETTLED);
        assertThat(sessions.isVetoed("stale")).isTrue();
        assertThat(sessions.readOf("stale", List.of())).isNotEqualTo(LEAVE);
        assertThat(events.lines()).doesNotContain("failed open drop", "expired READ 1");

        database.letGoOfTheLock();
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).isEmpty();
        assertThat(events.lines()).containsExactly("expired READ 1");
    }

    @Test
    void whatTheHostTouchedMeanwhileTheBackgroundLeaves() throws StoreException {
        Sessions sessions = sessions();
        database.put("agent-1", "stale", clock.ago(STALE));
        database.holdTheWriteLock();
        sessions.readByKey(AGENT_1);
        touch(Duration.ZERO);
        database.letGoOfTheLock();

        runTheBackgroundAMomentLater();

        assertThat(background.size()).isZero();
        assertThat(database.sessionIds()).containsExactly("stale");
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
    }

    @Test
    void whileTheHostHoldsTheLockARefusedIdIsVetoedAndDroppedInTheBackground() throws StoreException {
        Sessions sessions = sessions();
        database.put("agent-1", "dead", clock.ago(FRESH));
        database.holdTheWriteLock();

        sessions.refused("dead", List.of());
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(UNSETTLED);
        database.letGoOfTheLock();
        runTheBackgroundAMomentLater();

        assertThat(database.sessionIds()).isEmpty();
        assertThat(events.lines()).containsExactly("vetoed dead");
    }

    /** A run of it that succeeded since proves that it lives: nothing that was decided before counts. */
    @Test
    void whatSucceedsBeforeTheBackgroundHasDroppedItStays() throws StoreException {
        Sessions sessions = sessions();
        database.put("agent-1", "revived", clock.ago(FRESH));
        database.holdTheWriteLock();
        sessions.refused("revived", List.of());
        sessions.readByKey(AGENT_1);
        database.letGoOfTheLock();

        sessions.succeeded("revived");
        runTheBackgroundAMomentLater();

        assertThat(background.size()).isZero();
        assertThat(database.sessionIds()).containsExactly("revived");
    }

    /** One transaction of the host may read them all: it must not wait for itself at each. */
    @Test
    void onlyTheFirstOfManyStaleSessionsWaitsForALock() {
        database.put("agent-1", "stale-1", clock.ago(STALE));
        database.put("agent-1", "stale-2", clock.ago(STALE));
        database.put("agent-2", "stale-3", clock.ago(STALE));
        FaultyTable table = new FaultyTable(database.table()).failingToDrop(Kind.BUSY);
        Sessions sessions = sessions(table);

        sessions.readByKey(AGENT_1);
        sessions.readByKey(List.of("agent-2"));
        assertThat(table.drops()).isEqualTo(1);
        assertThat(background.size()).isEqualTo(3);

        clock.advance(Duration.ofSeconds(1));
        sessions.readByKey(List.of("agent-2"));
        assertThat(table.drops()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"READ_ONLY", "FAILED"})
    void aStaleIdThatCannotBeDeletedIsAbsentAllTheSameAndTheFailureIsCounted(Kind kind) {
        database.put("agent-1", "stale", clock.ago(STALE));
        Sessions sessions = sessions(new FaultyTable(database.table()).failingToDrop(kind));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(events.lines()).containsExactly("failed open drop");
        assertThat(background.size()).isZero();
        assertThat(database.sessionIds()).containsExactly("stale");
    }

    /** A full disk is no fault of the row's. */
    @ParameterizedTest
    @EnumSource(names = {"READ_ONLY", "FAILED", "ABSENT", "REFUSED"})
    void howeverOftenTheStoreFailedTheRowGoesOnceItWorksAgain(Kind kind) {
        database.put("agent-1", "stale", clock.ago(STALE));
        FaultyTable table = new FaultyTable(database.table()).failingToDrop(kind);
        Sessions sessions = sessions(table);
        for (int read = 0; read < 10; read++) {
            assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
            clock.advance(Duration.ofSeconds(1));
        }

        table.healed();

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void aTableThatIsGoneAtTheDropIsNoFailure() {
        database.put("agent-1", "stale", clock.ago(STALE));
        Sessions sessions = sessions(new FaultyTable(database.table()).failingToDrop(Kind.ABSENT));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        assertThat(events.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "READ_ONLY", "FAILED"})
    void aTableThatCannotBeReadLeavesTheHostAsItIsAndIsCounted(Kind kind) {
        database.put("agent-1", "stale", clock.ago(STALE));
        Sessions sessions = sessions(new FaultyTable(database.table()).failingToFind(kind));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.readOf("stale", List.of())).isEqualTo(LEAVE);
        assertThat(events.lines()).containsExactly("failed open find", "failed open find");
        assertThat(database.sessionIds()).containsExactly("stale");
    }

    @Test
    void aTableThatIsNotThereYetIsNoFailure() {
        database.execute("DROP TABLE agent_sessions");
        Sessions sessions = sessions();

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.readOf("session-1", List.of())).isEqualTo(LEAVE);
        sessions.refused("session-1", List.of());
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRefusedIdIsAbsentThoughTheTableCannotBeRead() {
        FaultyTable table = new FaultyTable(database.table());
        Sessions sessions = sessions(table);
        sessions.refused("dead", List.of());
        table.failingToFind(Kind.FAILED);

        assertThat(sessions.readOf("dead", List.of())).isEqualTo(ABSENT);
        assertThat(events.lines()).containsExactly("failed open find", "vetoed dead");
    }

    @Test
    void ofEightThreadsThatReadOneExpiredKeyNoneGetsTheIdAndItIsCountedOnce() throws Exception {
        StoreConfig patient = HostDatabase.waiting(30_000, HostDatabase.DEFAULTS);
        Sessions sessions = sessions(database.table(patient));
        for (int round = 0; round < 20; round++) {
            String key = "agent-" + round;
            database.put(key, "session-" + round, clock.ago(STALE));

            List<Boolean> handedOut = atOnce(
                    8,
                    () -> sessions.readByKey(List.of(key)) == LEAVE
                            && !database.sessionIds().isEmpty());

            assertThat(handedOut).as("round %s", round).doesNotContain(true);
        }
        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(20, "expired READ 1"));
    }

    /** As an audit trigger may, without a word: the row stays, and the deletion says nothing of it. */
    @Test
    void aRowThatATriggerKeepsIsAbsentAllTheSameAndIsTriedThreeTimes() {
        database.put("agent-1", "kept", clock.ago(STALE));
        database.execute("CREATE TRIGGER keep BEFORE DELETE ON agent_sessions BEGIN SELECT RAISE(IGNORE); END");
        FaultyTable table = new FaultyTable(database.table());
        Sessions sessions = sessions(table);

        for (int read = 0; read < 6; read++) {
            assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
            assertThat(sessions.handedOut("kept")).isEqualTo(ABSENT);
        }

        assertThat(table.drops()).isEqualTo(3);
        assertThat(database.sessionIds()).containsExactly("kept");
        assertThat(events.lines()).doesNotContain("expired READ 1");
    }

    @Test
    void aRowThatATriggerKeptLivesAgainOnceItIsUsed() {
        database.put("agent-1", "kept", clock.ago(STALE));
        database.execute("CREATE TRIGGER keep BEFORE DELETE ON agent_sessions BEGIN SELECT RAISE(IGNORE); END");
        Sessions sessions = sessions();
        for (int read = 0; read < 4; read++) {
            sessions.readByKey(AGENT_1);
        }

        touch(Duration.ZERO);

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.handedOut("kept")).isEqualTo(LEAVE);
    }

    @Test
    void aRefusedRowThatATriggerKeepsStaysDead() {
        database.put("agent-1", "dead", clock.ago(FRESH));
        database.execute("CREATE TRIGGER keep BEFORE DELETE ON agent_sessions BEGIN SELECT RAISE(IGNORE); END");
        Sessions sessions = sessions();
        sessions.refused("dead", List.of());

        for (int read = 0; read < 6; read++) {
            assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        }

        assertThat(sessions.isRefused("dead")).isTrue();
    }

    @Test
    void aRowThatAConstraintKeepsIsAbsentAllTheSameAndIsTriedThreeTimes() {
        database.put("agent-1", "kept", clock.ago(STALE));
        database.execute("CREATE TRIGGER keep BEFORE DELETE ON agent_sessions BEGIN SELECT RAISE(ABORT, 'no'); END");
        FaultyTable table = new FaultyTable(database.table());
        Sessions sessions = sessions(table);

        for (int read = 0; read < 6; read++) {
            assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
        }

        assertThat(table.drops()).isEqualTo(3);
        assertThat(database.sessionIds()).containsExactly("kept");
        assertThat(events.lines()).containsExactlyElementsOf(Collections.nCopies(3, "failed open drop"));
    }

    @Test
    void anIdInUseIsNotExpiredUntilItsLastRunHasEnded() {
        Sessions sessions = sessions();
        database.put("agent-1", "old", clock.ago(STALE));
        sessions.resumeBegan("old");
        sessions.resumeBegan("old");

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        sessions.resumeEnded("old");
        assertThat(sessions.isInUse("old")).isTrue();
        assertThat(sessions.readOf("old", List.of())).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("old");

        sessions.resumeEnded("old");
        assertThat(sessions.isInUse("old")).isFalse();
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
    }

    /** The CLI refuses a second run of a session too, for other reasons than that it were gone. */
    @Test
    void anIdThatIsRefusedWhileAnotherRunOfItIsUnderWayIsKept() {
        Sessions sessions = sessions();
        database.put("agent-1", "busy", clock.ago(FRESH));
        sessions.resumeBegan("busy");
        sessions.resumeBegan("busy");

        sessions.refused("busy", List.of());
        sessions.resumeEnded("busy");

        assertThat(sessions.isRefused("busy")).isFalse();
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("busy");
    }

    /** The host has stored the dead id again, and somebody tries it: what comes of that is not known yet. */
    @Test
    void aRefusedIdThatIsTriedAgainIsWithheldAndNotDroppedUntilThatRunHasEnded() throws StoreException {
        Sessions sessions = sessions();
        sessions.refused("dead", List.of());
        database.put("agent-1", "dead", clock.ago(FRESH));
        sessions.resumeBegan("dead");

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(UNSETTLED);
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).containsExactly("dead");

        sessions.resumeEnded("dead");
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).isEmpty();
    }

    /** As above, where it is not a failure site that tells of the run. */
    @Test
    void aRefusedIdThatAWatchedProcessTriesAgainIsNotDroppedUntilThatHasEnded() throws StoreException {
        Sessions sessions = sessions();
        sessions.refused("dead", List.of());
        database.put("agent-1", "dead", clock.ago(FRESH));
        sessions.processBegan("dead");

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(UNSETTLED);
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).containsExactly("dead");

        sessions.processEnded("dead");
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void whatIsTriedBeforeTheBackgroundHasDroppedItStaysUntilThatRunHasEnded() throws StoreException {
        Sessions sessions = sessions();
        database.put("agent-1", "stale", clock.ago(STALE));
        database.put("agent-2", "dead", clock.ago(FRESH));
        database.holdTheWriteLock();
        sessions.readByKey(AGENT_1);
        sessions.refused("dead", List.of());
        database.letGoOfTheLock();
        sessions.resumeBegan("stale");
        sessions.resumeBegan("dead");

        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds()).containsExactly("dead", "stale");

        sessions.resumeEnded("dead");
        sessions.resumeEnded("stale");
        runTheBackgroundAMomentLater();
        assertThat(database.sessionIds())
                .as("a run that has just ended may not have been stored yet")
                .containsExactly("stale");
    }

    @Test
    void theLastRunThatIsRefusedDropsTheId() {
        Sessions sessions = sessions();
        database.put("agent-1", "dead", clock.ago(FRESH));
        sessions.resumeBegan("dead");
        sessions.resumeBegan("dead");
        sessions.refused("dead", List.of());
        sessions.resumeEnded("dead");

        sessions.refused("dead", List.of());
        sessions.resumeEnded("dead");

        assertThat(sessions.isRefused("dead")).isTrue();
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void whileTheClockHasLeaptForwardNothingExpires() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(FRESH));
        clock.leap(Duration.ofDays(400));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.trustsAges()).isFalse();
        clock.advance(Duration.ofMinutes(9));
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("session-1");
        assertThat(events.lines()).containsExactly("failed open clock");
    }

    @Test
    void aMachineThatReallySleptExpiresItsSessionsTenMinutesLater() {
        Sessions sessions = sessions();
        database.put("agent-1", "session-1", clock.ago(FRESH));
        clock.leap(Duration.ofDays(2));
        sessions.readByKey(AGENT_1);

        clock.advance(Duration.ofMinutes(10));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(ABSENT);
    }

    @Test
    void aStepBackOfTheClockDeletesNothingThatWasNotStale() {
        Sessions sessions = sessions();
        database.put("agent-1", "fresh", clock.ago(FRESH));
        database.put("agent-2", "stale", clock.ago(Duration.ofDays(10)));

        clock.leap(Duration.ofDays(-3));

        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(sessions.readByKey(List.of("agent-2"))).isEqualTo(ABSENT);
        clock.leap(Duration.ofDays(3));
        assertThat(sessions.readByKey(AGENT_1)).isEqualTo(LEAVE);
        assertThat(database.sessionIds()).containsExactly("fresh");
    }

    private static <T> List<T> atOnce(int threads, Callable<T> read) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> reads = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                reads.add(pool.submit(() -> {
                    start.await();
                    return read.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : reads) {
                results.add(each.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private void runTheBackgroundAMomentLater() throws StoreException {
        clock.advance(Duration.ofSeconds(1));
        background.run();
    }

    private void touch(Duration ago) {
        database.execute("UPDATE agent_sessions SET last_used_at = ?", clock.ago(ago));
    }

    private Sessions sessions() {
        return sessions(database.table());
    }

    private Sessions sessions(SessionTable table) {
        return new Sessions(
                table,
                new MaxSessionAge(MAX_AGE.toMillis(), clock),
                clock::nanoTime,
                events,
                background,
                false,
                () -> "a site");
    }
}
