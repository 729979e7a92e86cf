package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.config.SweepConfig;
import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Finding.Grade;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a host's table tells a person. */
class TableReviewTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final MaxSessionAge MAX_AGE = new MaxSessionAge(86_400_000, InstantSource.fixed(NOW));

    @TempDir
    private Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stopTheTimer() {
        timer.shutdownNow();
    }

    @Test
    void aTableInOrderHasNothingToPutRightAndIsLeftAsItIs() throws Exception {
        List<Finding> findings = of(
                HostDatabase.DEFAULTS,
                "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT UNIQUE, last_used_at INTEGER)",
                "CREATE INDEX by_age ON agent_sessions (last_used_at)",
                row("old", hoursAgo(25).toEpochMilli()),
                row("young", hoursAgo(1).toEpochMilli()));

        assertThat(findings).allMatch(finding -> finding.grade() == Grade.OK || finding.grade() == Grade.NOTE);
        assertThat(findings)
                .extracting(Finding::what)
                .contains(
                        "key agent_id TEXT; session id session_id TEXT; last used last_used_at INTEGER",
                        "2 of 2 values are milliseconds, from 2026-11-23T11:00:00Z to 2026-11-24T11:00:00Z",
                        "1 of 2 sessions would go now, as expired",
                        "a sweep: walks an index on last_used_at")
                .anyMatch(what -> what.startsWith("a read by key: SEARCH agent_sessions USING INDEX"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("orchestrator.db"));
        }
    }

    @Test
    void aTableWhoseAgesAreObservedNeedsNoColumnForThem() throws Exception {
        StoreConfig observed = HostDatabase.store(
                "agent_sessions",
                List.of("agent_id"),
                "session_id",
                StoreConfig.OBSERVED,
                ExpireAction.DELETE_ROW,
                TimestampFormat.AUTO);

        List<Finding> findings = of(
                observed,
                "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT UNIQUE)",
                "INSERT INTO agent_sessions VALUES ('a', 'an-id')");

        assertThat(findings).allMatch(finding -> finding.grade() == Grade.OK || finding.grade() == Grade.NOTE);
        assertThat(findings)
                .extracting(Finding::what)
                .contains(
                        "key agent_id TEXT; session id session_id TEXT; last used as observed",
                        "1 sessions; how old they are, the agent of the running host knows alone");
    }

    @Test
    void aMissingDatabaseIsANoteAndStaysMissing() {
        Path missing = folder.resolve("none.db");

        List<Finding> findings = TableReview.of("jdbc:sqlite:" + missing, HostDatabase.DEFAULTS, MAX_AGE, timer);

        assertThat(findings).singleElement().extracting(Finding::grade).isEqualTo(Grade.NOTE);
        assertThat(missing).doesNotExist();
    }

    @Test
    void aMissingTableOrColumnIsToldWithTheNearestNames() {
        String table = "CREATE TABLE agent_session (agent_id TEXT, sesion_id TEXT, last_used_at INTEGER)";

        assertThat(of(HostDatabase.DEFAULTS, table))
                .containsExactly(Finding.error(
                        "sessionTtl.store.table",
                        "[SQLITE_ERROR] SQL error or missing database (no such table: agent_sessions)",
                        "did you mean agent_session?"));
        StoreConfig named = HostDatabase.store(
                "agent_session",
                List.of("agent_id"),
                "session_id",
                "last_used_at",
                ExpireAction.DELETE_ROW,
                TimestampFormat.AUTO);
        assertThat(of(named))
                .containsExactly(Finding.error(
                        "sessionTtl.store.sessionId",
                        "agent_session has no column session_id",
                        "did you mean sesion_id?"));
    }

    @Test
    void aUnitThatTheConfigDoesNotMeanIsAnErrorThatNamesTheUnit() {
        List<Finding> findings = of(
                HostDatabase.store(ExpireAction.DELETE_ROW, TimestampFormat.EPOCH_MILLIS),
                TABLE,
                row("old", hoursAgo(25).getEpochSecond()));

        assertThat(ofGrade(Grade.ERROR, findings)).singleElement().satisfies(finding -> {
            assertThat(finding.what()).startsWith("1 of 1 values tell no moment as epoch_millis");
            assertThat(finding.remedy()).isEqualTo("\"timestamps\": \"auto\" takes it for seconds");
        });
    }

    @Test
    void aColumnThatTellsNoMomentShowsNoWholeValue() {
        StoreConfig wrong = HostDatabase.store(
                "agent_sessions",
                List.of("agent_id"),
                "session_id",
                "note",
                ExpireAction.DELETE_ROW,
                TimestampFormat.AUTO);

        List<Finding> findings = of(
                wrong,
                "CREATE TABLE agent_sessions (agent_id TEXT, session_id TEXT, note TEXT)",
                "INSERT INTO agent_sessions VALUES ('a', 'id', '11111111-2222-3333-4444-555555555555')");

        assertThat(ofGrade(Grade.ERROR, findings))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains("such as 11111111…")
                .doesNotContain("2222");
    }

    @Test
    void aColumnThatIsSetWhenASessionBeginsAndNeverAgainIsToldApart() {
        List<Finding> findings = of(HostDatabase.DEFAULTS, withOther("created_at", 0));

        assertThat(ofGrade(Grade.WARNING, findings)).anySatisfy(finding -> {
            assertThat(finding.what()).startsWith("it equals created_at in all 6 rows");
            assertThat(finding.remedy()).contains("\"lastUsedAt\": \"observed\"");
        });
    }

    @Test
    void aColumnThatMovesLaterIsProposed() {
        List<Finding> findings = of(HostDatabase.DEFAULTS, withOther("updated_at", 60_000));

        assertThat(ofGrade(Grade.WARNING, findings))
                .anyMatch(finding -> finding.what().startsWith("updated_at is later in 6 of 6 rows")
                        && finding.remedy().equals("then write \"lastUsedAt\": \"updated_at\""));
    }

    @Test
    void oneMomentForAllIsNoUse() {
        String[] statements = new String[7];
        statements[0] = TABLE;
        for (int i = 1; i < statements.length; i++) {
            statements[i] = row("agent-" + i, hoursAgo(30).toEpochMilli());
        }

        assertThat(ofGrade(Grade.WARNING, of(HostDatabase.DEFAULTS, statements)))
                .anyMatch(finding -> finding.what().startsWith("all 6 values are the same"));
    }

    @Test
    void timesThatAreMissingOrLieAheadNeverExpire() {
        List<Finding> findings = of(
                HostDatabase.DEFAULTS,
                TABLE,
                row("a", "NULL"),
                row("b", hoursAgo(-48).toEpochMilli()));

        assertThat(ofGrade(Grade.WARNING, findings))
                .extracting(Finding::what)
                .contains("1 of 2 values are NULL: such a session never expires by age")
                .anyMatch(what -> what.startsWith("1 of 2 values lie more than a day ahead"));
    }

    @Test
    void whatHoldsEveryRowIsAnErrorAndATriggerIsNamed() {
        List<Finding> findings = of(
                HostDatabase.DEFAULTS,
                TABLE,
                "CREATE TABLE message (agent_id TEXT REFERENCES agent_sessions (agent_id) ON DELETE CASCADE)",
                "CREATE TRIGGER archive AFTER DELETE ON agent_sessions BEGIN SELECT 1; END",
                "CREATE TRIGGER greet AFTER INSERT ON agent_sessions BEGIN SELECT 1; END");

        assertThat(ofGrade(Grade.ERROR, findings)).singleElement().satisfies(finding -> {
            assertThat(finding.what()).contains("delete or change rows of message");
            assertThat(finding.remedy()).contains("store.cascade");
        });
        assertThat(findings)
                .extracting(Finding::what)
                .contains("the trigger archive runs with each row that is dropped")
                .noneMatch(what -> what.contains("greet"));
    }

    @Test
    void aSweepThatIsNotAllowedToGoSoFarIsTold() {
        String many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
                + " INSERT INTO agent_sessions SELECT i, 'id-' || i, "
                + hoursAgo(30).toEpochMilli() + " - i FROM n";

        List<Finding> findings =
                of(HostDatabase.sweeping(new SweepConfig(2_000, 0, 0.5), HostDatabase.DEFAULTS), TABLE, many);

        assertThat(ofGrade(Grade.WARNING, findings))
                .anyMatch(finding -> finding.what().startsWith("200 of 200 sessions are expired, more than"));
    }

    @Test
    void aPostgresTableIsLookedOverTheSameWay() throws Exception {
        try (SomeDatabase database = DatabaseKind.POSTGRESQL.create(folder)) {
            database.withSessions("timestamptz")
                    .put("old", "id-1", hoursAgo(25))
                    .put("young", "id-2", hoursAgo(1));

            List<Finding> findings = TableReview.of(database.url, SomeDatabase.defaults(), MAX_AGE, timer);

            assertThat(findings)
                    .extracting(Finding::what)
                    .contains(
                            "key agent_id text; session id session_id text; last used last_used_at timestamptz",
                            "2 of 2 values are ISO-8601 text, from 2026-11-23T11:00:00Z to 2026-11-24T11:00:00Z",
                            "1 of 2 sessions would go now, as expired",
                            "a read by key: an index begins with agent_id")
                    .anyMatch(what -> what.startsWith("a look-up by session id: no index"));
            assertThat(database.keys()).containsExactly("old", "young");
        }
    }

    private static final String TABLE =
            "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT UNIQUE, last_used_at)";

    private static Instant hoursAgo(int hours) {
        return NOW.minus(Duration.ofHours(hours));
    }

    private static String row(String agentId, Object lastUsedAt) {
        return "INSERT INTO agent_sessions VALUES ('" + agentId + "', 'id of " + agentId + "', " + lastUsedAt + ")";
    }

    /** Six sessions with a second time that lies so many ms after the first. */
    private static String[] withOther(String column, long laterMillis) {
        String[] statements = new String[7];
        statements[0] = "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT UNIQUE, last_used_at, "
                + column + ")";
        for (int i = 1; i < statements.length; i++) {
            long millis = hoursAgo(i).toEpochMilli();
            statements[i] = "INSERT INTO agent_sessions VALUES ('a" + i + "', 'id-" + i + "', " + millis + ", "
                    + (millis + laterMillis) + ")";
        }
        return statements;
    }

    /** The review of a database that the host has closed. */
    private List<Finding> of(StoreConfig store, String... statements) {
        HostDatabase database = HostDatabase.with(folder, statements);
        database.closeConnection();
        return TableReview.of(database.url(), store, MAX_AGE, timer);
    }

    private static List<Finding> ofGrade(Grade grade, List<Finding> findings) {
        return findings.stream().filter(finding -> finding.grade() == grade).toList();
    }
}
