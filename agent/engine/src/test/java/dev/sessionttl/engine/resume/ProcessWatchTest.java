package dev.sessionttl.engine.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.NoTable;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.fixture.HeldWork;
import dev.sessionttl.engine.fixture.HostDatabase;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import dev.sessionttl.engine.resume.Evidence.Run;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases that the real CLI was seen in, each as a real process of a shell that does what the CLI did. */
class ProcessWatchTest {
    private static final String ID = "5b0c7c4e-9d0c-4d8e-8f3a-2f1f0e6a7b11";
    private static final String REFUSED = "No conversation found with session ID: " + ID;
    private static final String REFUSED_RESULT =
            "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true,\"num_turns\":0,\"session_id\":\""
                    + ID + "\",\"errors\":[\"" + REFUSED + "\"]}";

    @TempDir
    Path folder;

    private final RecordedEvents events = new RecordedEvents();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final List<Process> started = new ArrayList<>();
    private HostDatabase database;
    private Sessions sessions;
    private Resumes resumes;
    private ProcessWatch watch;

    @BeforeEach
    void open() {
        database = HostDatabase.in(folder);
        SettableClock clock = new SettableClock();
        sessions = new Sessions(
                database.table(),
                new MaxSessionAge(86_400_000, clock),
                clock::nanoTime,
                events,
                new HeldWork(),
                false,
                () -> "a site");
        resumes = new Resumes(sessions, events);
        watch = new ProcessWatch(
                resumes, sessions, new AgentCommands(List.of()), (millis, work) -> later.add(work), events);
        database.put("agent-1", ID, clock.millis());
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        database.close();
    }

    @Test
    void anUnknownIdIsRefusedOnStderrAndDead() throws Exception {
        Process process = resume("echo '" + REFUSED + "' >&2; exit 1");

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(text(process)).isEqualTo("|" + REFUSED + "\n");
        assertIsDead();
    }

    @Test
    void anUnknownIdIsRefusedInTheResultLineOfStreamJson() throws Exception {
        Process process = resume("echo '" + REFUSED_RESULT + "'; exit 1", Redirect.DISCARD);

        assertThat(text(process)).isEqualTo(REFUSED_RESULT + "\n|");
        assertThat(process.waitFor()).isEqualTo(1);
        assertIsDead();
    }

    @Test
    void anIdThatIsNoUuidIsRefusedInWordsOfItsOwn() throws Exception {
        database.put("agent-2", "not-a-uuid", 0);
        String words = "Error: --resume requires a valid session ID or session title when used with --print. Provided"
                + " value \"not-a-uuid\" is not a UUID and does not match any session title.";
        Process process = start(
                new ProcessBuilder(script("claude", "echo '" + words + "' >&2; exit 1"), "-p", "-r", "not-a-uuid"));

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(database.sessionIds()).containsExactly(ID);
        assertThat(events.lines()).containsExactly("resume failed");
    }

    @Test
    void thePhraseInASuccessfulAnswerDeletesNothing() throws Exception {
        String json = "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"session_id\":\"" + ID
                + "\",\"result\":\"" + REFUSED + "\"}";
        assertThat(resume("echo '" + json + "'").waitFor()).isZero();
        assertThat(resume("echo '" + REFUSED + "'; echo '" + REFUSED + "' >&2").waitFor())
                .isZero();
        assertIsAlive();
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void theModelsWordsAreNoRefusalEvenWhereTheRunFailsAfterwards() throws Exception {
        assertThat(resume("echo '" + REFUSED + "'; exit 1").waitFor()).isEqualTo(1);
        assertThat(resume("echo '{\"type\":\"assistant\",\"error\":\"" + REFUSED + "\"}'; exit 1")
                        .waitFor())
                .isEqualTo(1);
        assertIsAlive();
    }

    @Test
    void anUnansweredApiIsNoRefusalAndNoRiddle() throws Exception {
        String json = "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"session_id\":\"" + ID
                + "\",\"result\":\"API Error: Unable to connect\"}";
        assertThat(resume("echo '" + json + "'; exit 1").waitFor()).isEqualTo(1);
        runLater();
        assertIsAlive();
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void anIdInUseIsNoResume() throws Exception {
        Process process = start(new ProcessBuilder(
                script("claude", "echo 'Error: Session ID " + ID + " is already in use.' >&2; exit 1"),
                "-p",
                "--session-id",
                ID));
        assertThat(process.waitFor()).isEqualTo(1);
        runLater();
        assertIsAlive();
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRefusalWhileTheProcessThatMadeTheIdIsExitingIsPassing() throws Exception {
        Path gate = folder.resolve("gate");
        Process maker = start(new ProcessBuilder(
                script(
                        "claude",
                        "echo '{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"session_id\":\"" + ID
                                + "\"}'; while [ ! -e " + gate + " ]; do sleep 0.02; done"),
                "-p",
                "begin"));
        Process refused =
                resume("while [ ! -e " + gate + " ]; do sleep 0.02; done; echo '" + REFUSED + "' >&2; exit 1");
        Files.createFile(gate);
        assertThat(maker.waitFor()).isZero();
        assertThat(refused.waitFor()).isEqualTo(1);

        assertIsAlive();
        assertThat(events.lines()).containsExactly("resume failed");

        assertThat(resume("echo '" + REFUSED + "' >&2; exit 1").waitFor()).isEqualTo(1);
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void aRefusalBesideALiveRunOfTheSameIdIsPassingAndTheLastOneIsNot() throws Exception {
        Path gate = folder.resolve("gate");
        Process other = resume("while [ ! -e " + gate + " ]; do sleep 0.02; done; echo '" + REFUSED + "' >&2; exit 1");
        assertThat(sessions.isInUse(ID)).isTrue();

        assertThat(resume("echo '" + REFUSED + "' >&2; exit 1").waitFor()).isEqualTo(1);
        assertIsAlive();

        Files.createFile(gate);
        assertThat(other.waitFor()).isEqualTo(1);
        assertThat(database.sessionIds()).isEmpty();
        assertThat(sessions.isInUse(ID)).isFalse();
        assertThat(events.lines()).containsExactly("resume failed", "resume failed");
    }

    @Test
    void aBadEndWithoutKnownTextIsUnclassifiedOnce() throws Exception {
        assertThat(resume("echo 'Invariant violated' >&2; exit 3").waitFor()).isEqualTo(3);
        assertThat(events.lines()).isEmpty();
        runLater();
        assertThat(events.lines()).containsExactly("unclassified");
        assertIsAlive();
    }

    @Test
    void aBadEndThatASiteComesToExplainIsNoRiddle() throws Exception {
        long began = System.nanoTime();
        assertThat(resume("exit 1", Redirect.DISCARD).waitFor()).isEqualTo(1);
        resumes.ended(
                RefusalText.ofClaude(),
                new Evidence(
                        Optional.of(ID),
                        List.of(),
                        REFUSED,
                        new IOException(REFUSED),
                        Optional.of(new Run(began, new CallChain(), true))));
        runLater();
        assertThat(events.lines()).containsExactly("resume failed");
        assertThat(database.sessionIds()).isEmpty();
    }

    @Test
    void whatTheHostStopsItselfTellsNothing() throws Exception {
        Process process = resume("exec sleep 60");
        process.destroyForcibly();
        assertThat(process.waitFor()).isNotZero();
        runLater();
        assertThat(events.lines()).isEmpty();
        assertIsAlive();
    }

    @Test
    void aRefusalIsHeardWhereverItsStreamGoes() throws Exception {
        String refuses = "echo before; echo '" + REFUSED + "' >&2; exit 1";
        Path file = Files.writeString(folder.resolve("err.log"), "old\n");

        Process merged = start(resuming(refuses).redirectErrorStream(true));
        assertThat(text(merged)).isEqualTo("before\n" + REFUSED + "\n|");
        assertThat(merged.waitFor()).isEqualTo(1);
        assertIsDead();

        putAgain();
        assertThat(start(resuming(refuses).redirectError(file.toFile())).waitFor())
                .isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo(REFUSED + "\n");
        assertIsDead();

        putAgain();
        assertThat(start(resuming(refuses).redirectError(Redirect.appendTo(file.toFile())))
                        .waitFor())
                .isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo((REFUSED + "\n").repeat(2));
        assertIsDead();
    }

    @Test
    void whatAFileHeldBeforeTheRunIsNoneOfItsWords() throws Exception {
        Path file = Files.writeString(folder.resolve("err.log"), REFUSED + "\n");
        assertThat(start(resuming("exit 1").redirectError(Redirect.appendTo(file.toFile())))
                        .waitFor())
                .isEqualTo(1);
        assertIsAlive();
    }

    @Test
    void anEndThatTheHostNeverAsksForIsNoticedAllTheSame() throws Exception {
        Process process = resume("echo '" + REFUSED + "' >&2; exit 1");
        assertThat(process.toHandle().onExit().get(10, TimeUnit.SECONDS).isAlive())
                .isFalse();
        assertThat(events.lines()).isEmpty();
        runLater();
        assertIsDead();
    }

    @Test
    void anEndIsToldByWhicheverWayTheHostAsks() throws Exception {
        assertThat(resume("echo '" + REFUSED + "' >&2; exit 1")
                        .onExit()
                        .get(10, TimeUnit.SECONDS)
                        .exitValue())
                .isEqualTo(1);
        assertIsDead();

        putAgain();
        assertThat(resume("echo '" + REFUSED + "' >&2; exit 1").waitFor(10, TimeUnit.SECONDS))
                .isTrue();
        assertIsDead();
    }

    @Test
    void whatSitesSeeOfAnAttemptWhoseProcessIsWatchedIsNothingNew() throws Exception {
        Path gate = folder.resolve("gate");
        long began = System.nanoTime();
        Process process =
                resume("while [ ! -e " + gate + " ]; do sleep 0.02; done; echo '" + REFUSED + "' >&2; exit 1");

        resumes.ended(
                RefusalText.ofClaude(),
                new Evidence(Optional.of(ID), List.of(), REFUSED, new Object(), Optional.empty()));
        assertThat(events.lines()).as("its end decides").isEmpty();
        assertIsAlive();

        Files.createFile(gate);
        assertThat(process.waitFor()).isEqualTo(1);
        for (int site = 0; site < 2; site++) {
            resumes.ended(
                    RefusalText.ofClaude(),
                    new Evidence(
                            Optional.of(ID),
                            List.of(),
                            REFUSED,
                            new IOException(REFUSED),
                            Optional.of(new Run(began, new CallChain(), true))));
        }
        assertIsDead();
    }

    @Test
    void aSiteMayKnowWhatTheProcessDoesNotShow() throws Exception {
        Path gate = folder.resolve("gate");
        Process process = resume("while [ ! -e " + gate + " ]; do sleep 0.02; done; exit 1", Redirect.DISCARD);
        resumes.ended(
                RefusalText.ofClaude(),
                new Evidence(Optional.of(ID), List.of(), REFUSED, new Object(), Optional.empty()));
        Files.createFile(gate);
        assertThat(process.waitFor()).isEqualTo(1);
        assertIsDead();
    }

    @Test
    void aRunThatSucceedsLiftsTheVeto() throws Exception {
        assertThat(resume("echo '" + REFUSED + "' >&2; exit 1").waitFor()).isEqualTo(1);
        assertThat(sessions.isRefused(ID)).isTrue();
        assertThat(resume("exit 0").waitFor()).isZero();
        assertThat(sessions.isRefused(ID)).isFalse();
    }

    @Test
    void aRefusalOfAnotherIdIsNoneOfThisOne() throws Exception {
        assertThat(resume(
                                "echo 'No conversation found with session ID: 11111111-2222-3333-4444-555555555555' >&2; exit 1")
                        .waitFor())
                .isEqualTo(1);
        assertIsAlive();
    }

    private void assertIsDead() {
        assertThat(database.sessionIds()).isEmpty();
        assertThat(sessions.isRefused(ID)).isTrue();
        assertThat(events.lines().stream().filter("resume failed"::equals)).hasSize(refusals);
        assertThat(events.lines()).containsOnly("resume failed");
        assertThat(sessions.isInUse(ID)).isFalse();
    }

    private int refusals = 1;

    private void putAgain() {
        refusals++;
        sessions.succeeded(ID);
        database.put("agent-1", ID, System.currentTimeMillis());
    }

    private void assertIsAlive() {
        assertThat(database.sessionIds()).containsExactly(ID);
        assertThat(sessions.isRefused(ID)).isFalse();
    }

    private void runLater() {
        for (int due = later.size(); due > 0; due = later.size()) {
            for (int i = 0; i < due; i++) {
                later.remove().run();
            }
        }
    }

    private Process resume(String does) throws IOException {
        return start(resuming(does));
    }

    private Process resume(String does, Redirect err) throws IOException {
        return start(resuming(does).redirectError(err));
    }

    /** As a host without a last-used column has it observed. */
    @Test
    void aSessionThatARunBeginsOrEmitsIsInUse() throws Exception {
        SettableClock clock = new SettableClock();
        Observations observed = new Observations(clock);
        MaxSessionAge maxAge = new MaxSessionAge(86_400_000, clock);
        sessions = new Sessions(
                new NoTable(observed), maxAge, clock::nanoTime, events, new HeldWork(), false, () -> "a site");
        watch = new ProcessWatch(
                new Resumes(sessions, events), sessions, new AgentCommands(List.of()), (millis, work) -> {}, events);
        String result = "{\"type\":\"result\",\"subtype\":\"success\",\"session_id\":\"emitted\"}";

        for (String[] run : new String[][] {{"chosen", "exit 0"}, {"emitted", "echo '" + result + "'"}}) {
            long began = clock.millis();
            Process process = start(new ProcessBuilder(
                    script("claude", run[1]), "-p", "--output-format", "json", "--session-id", "chosen"));
            assertThat(text(process)).isNotNull();
            assertThat(process.waitFor()).isZero();
            clock.advance(Duration.ofHours(1));

            assertThat(observed.lastUsed(run[0]).epochMillis()).as(run[0]).hasValue(began);
        }
    }

    private ProcessBuilder resuming(String does) throws IOException {
        return new ProcessBuilder(script("stand-in", does), "-p", "--resume", ID);
    }

    private String script(String name, String does) throws IOException {
        Path at = Files.createTempDirectory(folder, "bin").resolve(name);
        Files.writeString(at, "#!/bin/sh\n" + does + "\n");
        assertThat(at.toFile().setExecutable(true)).isTrue();
        return at.toString();
    }

    private Process start(ProcessBuilder builder) throws IOException {
        AgentCommand command = watch.commandOf(builder).orElseThrow();
        Redirects redirects = Redirects.of(builder.redirectOutput(), builder.redirectError());
        long began = System.nanoTime();
        return watch.watched(builder.start(), command, builder, redirects, began, new CallChain(), Runnable::run);
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + "|"
                + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
