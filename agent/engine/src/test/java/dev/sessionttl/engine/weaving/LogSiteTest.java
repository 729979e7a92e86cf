package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.config.LogConfig;
import dev.sessionttl.engine.config.LogLevel;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.resume.RefusalText;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of a line that a host logs, without the weaving; the lines are the JDK's own records. */
class LogSiteTest {
    private static final LogBackend JUL =
            LogBackend.ALL.stream().filter(LogBackend::isOfTheJdk).findFirst().orElseThrow();
    private static final Logger CLI = Logger.getLogger("com.acme.Cli");

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();
    private HostDatabase database;
    private Sessions sessions;
    private Resumes resumes;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = HostDatabase.in(directory);
        sessions = new Sessions(
                database.table(),
                new MaxSessionAge(86_400_000, clock),
                clock::nanoTime,
                events,
                new HeldWork(),
                false,
                () -> "a site");
        resumes = new Resumes(sessions, events);
        database.put("agent-1", "dead", clock.ago(Duration.ofHours(1)));
        database.put("agent-2", "live", clock.ago(Duration.ofHours(1)));
        // What another test has read is of no turn of this one's.
        Calls.ofThisThread()
                .lastRead()
                .handedOut(null, System.nanoTime() + Duration.ofSeconds(1).toNanos());
        CLI.setLevel(Level.ALL);
        CLI.setUseParentHandlers(false);
    }

    @AfterEach
    void close() {
        database.close();
        CLI.setLevel(null);
    }

    @Test
    void aLineThatNamesTheIdDropsItsRowAndIsCounted() {
        log(site("com.acme.*"), record(Level.WARNING, "resume failed — {0}", refusalOf("dead")));

        assertThat(database.sessionIds()).containsExactly("live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void theThrowableOfALineIsReadTooWithItsCauses() {
        LogRecord line = record(Level.SEVERE, "task 7 failed");
        line.setThrown(new IllegalStateException("task 7", new IllegalArgumentException(refusalOf("dead"))));

        log(site("com.acme.Cli"), line);

        assertThat(database.sessionIds()).containsExactly("live");
    }

    @Test
    void aLineOfAnotherLoggerOrOfLittleWeightIsNotEvenPutIntoWords() {
        Object argument = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("asked for its text");
            }
        };

        log(site("org.acme.*"), record(Level.SEVERE, "{0}", argument));
        log(site("com.acme.*"), record(Level.INFO, "{0}", argument));
        CLI.setLevel(Level.SEVERE);
        log(site("com.acme.*"), record(Level.WARNING, "{0}", argument));

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aLineThatTheLoggerDoesNotWriteTellsNothing() {
        CLI.setLevel(Level.OFF);

        log(site("com.acme.*"), record(Level.SEVERE, refusalOf("dead")));

        assertThat(database.sessionIds()).containsExactly("dead", "live");
    }

    @Test
    void theLowestLevelIsTheConfigs() {
        LogRecord line = record(Level.INFO, refusalOf("dead"));

        log(site(new LogConfig("failures[0].log", "*", LogLevel.WARN, Optional.empty())), line);
        assertThat(database.sessionIds()).contains("dead");
        log(site(new LogConfig("failures[0].log", "*", LogLevel.INFO, Optional.empty())), line);
        assertThat(database.sessionIds()).containsExactly("live");
    }

    @Test
    void eachEntryThatNamesTheLoggerHasItsSayAndOneAttemptIsCountedOnce() {
        LogSite site = site(
                new LogConfig("failures[0].log", "com.acme.*", LogLevel.ERROR, Optional.empty()),
                new LogConfig(
                        "failures[1].log", "*Cli", LogLevel.WARN, Optional.of(Pattern.compile("gone: (?<id>\\w+)"))),
                new LogConfig("failures[2].log", "*", LogLevel.WARN, Optional.of(Pattern.compile("(?<id>dead)"))));

        log(site, record(Level.WARNING, refusalOf("live") + ", gone: dead"));

        assertThat(database.sessionIds()).containsExactly("live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aLineAndTheOneThatACallerLogsOfTheSameAreOneFailure() {
        LogSite site = site("com.acme.*");
        IllegalStateException refused = new IllegalStateException(refusalOf("dead"));
        LogRecord own = record(Level.WARNING, "resume failed");
        own.setThrown(refused);
        LogRecord callers = record(Level.SEVERE, "dispatch failed");
        callers.setThrown(new IllegalArgumentException("task 7", refused));

        log(site, own);
        log(site, record(Level.SEVERE, refusalOf("dead")));
        log(site, record(Level.SEVERE, "No conversation found"));
        log(site, callers);

        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void aLineThatIsLoggedInARunIsThatRunsOwnAndTheRunsFailureIsNoOther() throws Exception {
        FailureSite resume = new FailureSite(
                Optional.of(ValuePath.parse("arg0")),
                List.of(),
                ValuePath.parse("thrown"),
                RefusalText.ofClaude(),
                new KnownFailures());
        WovenMethod method = WovenMethod.of("a site", List.of(resume), "java.lang.String", false);
        Calls calls = Calls.ofThisThread();
        Object running = method.entered(sessions, resumes, calls, null, new Object[] {"dead"});

        log(site("com.acme.*"), record(Level.WARNING, "No conversation found"));
        log(site("com.acme.*"), record(Level.WARNING, refusalOf("live")));
        method.exited(
                sessions, resumes, (Call) running, null, new IllegalStateException("exit 1: " + refusalOf("dead")));
        calls.end((Call) running);

        assertThat(database.sessionIds()).containsExactly("live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void withoutAnIdItIsTheOneThatWasReadLast() throws SyntaxException {
        WovenMethod find = find();
        read(find, "dead");

        log(site("com.acme.*"), record(Level.WARNING, "No conversation found"));

        assertThat(database.sessionIds()).containsExactly("live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void whatWasReadIsNotMeantByALineThatNamesAnother() throws SyntaxException {
        WovenMethod find = find();
        read(find, "live");

        log(site("com.acme.*"), record(Level.WARNING, refusalOf("dead")));

        assertThat(database.sessionIds()).containsExactly("live");
    }

    @Test
    void anIdThatHasRunWellSinceItWasReadIsNotMeant() throws SyntaxException {
        WovenMethod find = find();
        read(find, "live");
        resumes.succeeded("live", System.nanoTime());

        log(site("com.acme.*"), record(Level.WARNING, "No conversation found"));

        assertThat(database.sessionIds()).containsExactly("dead", "live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void withoutAnyIdItIsCountedOnceAndNothingIsDropped() {
        LogSite site = site("com.acme.*");

        log(site, record(Level.WARNING, "No conversation found"));
        log(site, record(Level.SEVERE, "No conversation found"));

        assertThat(database.sessionIds()).containsExactly("dead", "live");
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void anAnswerInTheClisJsonIsNoRefusalEvenInTheLog() {
        log(
                site("*"),
                record(
                        Level.WARNING,
                        "{\"type\":\"result\",\"is_error\":false,\"result\":\"" + refusalOf("dead") + "\"}"));

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRecordOfTheJdksIsWordedAsTheJdkWordsIt() {
        assertThat(JulRecords.message(record(Level.INFO, "{0} of {1}", "one", "two")))
                .isEqualTo("one of two");
        assertThat(JulRecords.message(record(Level.INFO, "it's {}", "one"))).isEqualTo("it's {}");
        assertThat(JulRecords.message(record(Level.INFO, "{0} {", "one"))).isEqualTo("{0} {");
        assertThat(JulRecords.message(record(Level.INFO, "no arguments {0}"))).isEqualTo("no arguments {0}");
        assertThat(JulRecords.message(new LogRecord(Level.INFO, null))).isNull();
        LogRecord translated = record(Level.INFO, "key", "dead");
        translated.setResourceBundle(GERMAN);
        assertThat(JulRecords.message(translated)).isEqualTo("Sitzung dead ist fort");
    }

    @Test
    void everyLibrarysLevelsFallIntoTheSameFive() {
        assertThat(LogBackend.ALL.get(0).scale().levelOf(30_000)).isEqualTo(LogLevel.WARN);
        assertThat(LogBackend.ALL.get(0).scale().levelOf(20_000)).isEqualTo(LogLevel.INFO);
        assertThat(LogBackend.ALL.get(1).scale().levelOf(100)).isEqualTo(LogLevel.ERROR);
        assertThat(LogBackend.ALL.get(1).scale().levelOf(300)).isEqualTo(LogLevel.WARN);
        assertThat(LogBackend.ALL.get(1).scale().levelOf(301)).isEqualTo(LogLevel.INFO);
        assertThat(LogBackend.ALL.get(1).scale().levelOf(600)).isEqualTo(LogLevel.TRACE);
        assertThat(JUL.scale().levelOf(900)).isEqualTo(LogLevel.WARN);
        assertThat(JUL.scale().levelOf(899)).isEqualTo(LogLevel.INFO);
        assertThat(JUL.scale().levelOf(700)).isEqualTo(LogLevel.DEBUG);
        assertThat(JUL.scale().levelOf(400)).isEqualTo(LogLevel.TRACE);
    }

    private static final ResourceBundle GERMAN = new ListResourceBundle() {
        @Override
        protected Object[][] getContents() {
            return new Object[][] {{"key", "Sitzung {0} ist fort"}};
        }
    };

    private static String refusalOf(String id) {
        return "No conversation found with session ID: " + id;
    }

    private static LogSite site(String logger) {
        return site(new LogConfig("failures[0].log", logger, LogLevel.WARN, Optional.empty()));
    }

    private static LogSite site(LogConfig... configs) {
        return new LogSite(JUL, List.of(configs).stream().map(LogFailure::new).toList(), new LoggerNames());
    }

    private static LogRecord record(Level level, String message, Object... parameters) {
        LogRecord line = new LogRecord(level, message);
        line.setParameters(parameters);
        return line;
    }

    private void log(LogSite site, LogRecord line) {
        site.logged(resumes, Calls.ofThisThread(), CLI, new Object[] {line});
    }

    private static WovenMethod find() throws SyntaxException {
        return WovenMethod.of(
                "a site",
                List.of(new ReadSite(
                        "reads[0]",
                        List.of(),
                        Optional.of(ValuePath.parse("return")),
                        ValuePaths.RETURNED,
                        Optional.empty(),
                        false,
                        true,
                        new Absent.ByType(Declared.returning(String.class)))),
                "java.lang.String",
                false);
    }

    private void read(WovenMethod find, String id) {
        find.handedOut(sessions, id);
    }
}
