package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Sites of every shape that needs no library: private, static, constructors, fields, records, and values made by the host. */
class ShapesIT {
    private static final String FAILURES = "claude_session_resume_failures_total";

    @TempDir
    Path folder;

    @OnEachJdk
    void aSiteMayBePrivateStaticAConstructorOrAMethodThatReadsAField(Jdk jdk) {
        String host = """
                package com.acme;

                import java.util.*;

                public class Orchestrator {
                    private String sessionId;
                    private final Session session = new Session();

                    static class Session { String id; int resets; void reset() { resets++; id = null; } }
                    record Row(String key, String sessionId, int turns) {}
                    static class Dto { String sessionId; Dto(String id) { sessionId = id; } String getSessionId() { return sessionId; } }
                    static final class None { static final Row ROW = new Row("none", "", 0); static Row made() { return ROW; } }
                    static class Result {
                        private final String sessionId;
                        private String error;
                        Result(String sessionId, String error) { this.sessionId = sessionId; this.error = error; }
                        Result(String sessionId) { this(sessionId, "No conversation found with session ID: " + sessionId); }
                    }
                    record Outcome(String id, String error) {
                        Outcome {
                            if (error.equals("broken")) throw new IllegalArgumentException("broken");
                        }
                    }

                    public static void main(String[] args) throws Exception {
                        Orchestrator host = new Orchestrator();
                        System.out.println("private " + host.findPrivately("private") + " " + host.findPrivately("fresh"));
                        System.out.println("static " + findStatically("static") + " " + findStatically("fresh"));

                        for (String id : List.of("field", "live")) {
                            host.sessionId = id;
                            System.out.println("field " + host.turn("x", 1));
                        }
                        host.session.id = "reset";
                        System.out.println("reset " + host.turnOf(host.session) + " after " + host.session.resets);

                        System.out.println("none " + host.found("none") + " " + host.found("fresh"));
                        System.out.println("made " + host.foundOrMade("made"));
                        System.out.println("record " + host.row("record") + " " + host.row("live"));
                        System.out.println("inside " + host.maybe("inside"));
                        System.out.println("dto " + host.dto("dto").getSessionId() + " " + host.dto("live").getSessionId());

                        try { failPrivately("thrown"); } catch (IllegalStateException refused) { System.out.println(refused.getMessage()); }
                        new Result("constructed", "fine");
                        System.out.println(new Result("constructed").error);
                        System.out.println(new Outcome("component", "conversation not found"));
                        try { new Outcome("x", "broken"); } catch (IllegalArgumentException broken) { System.out.println(broken.getMessage()); }
                        System.out.println("done");
                        System.in.read();
                    }

                    private String findPrivately(String key) { return "live"; }
                    private static Optional<String> findStatically(String key) { return Optional.of("live"); }
                    String turn(String prompt, int n) { return sessionId == null ? "starts" : "resumes " + sessionId; }
                    String turnOf(Session session) { return session.id == null ? "starts" : "resumes " + session.id; }
                    Row found(String key) { return new Row(key, "live", 3); }
                    Row foundOrMade(String key) { return new Row(key, "live", 3); }
                    Row row(String id) { return new Row("key", id, 3); }
                    Optional<Row> maybe(String id) { return Optional.of(new Row("key", id, 3)); }
                    Dto dto(String id) { return new Dto(id); }
                    private static void failPrivately(String id) { throw new IllegalStateException("No conversation found with session ID: " + id); }
                }
                """;
        Database database = Database.in(folder)
                .withSession("fresh", "fresh-id", Duration.ofHours(1))
                .withSession("-", "live", Duration.ofHours(1));
        for (String stale : List.of("private", "static", "field", "reset", "none", "made", "record", "inside", "dto")) {
            database.withSession(stale, stale, Duration.ofHours(25));
        }
        for (String refused : List.of("thrown", "constructed", "component")) {
            database.withSession(refused, refused, Duration.ofHours(1));
        }
        String orchestrator = "com.acme.Orchestrator#";

        Host.Running running = Host.of(folder, host)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead(orchestrator + "findPrivately(String)", "key", "arg0")
                        .withRead(orchestrator + "findStatically(String)", "key", "arg0")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#turn(..)", "onEnter": { "clear": "this.sessionId" } }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#turnOf(..)", "onEnter": { "clear": "arg0.id", "call": "arg0.reset()" } }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#found(..)", "key": "arg0", "absent": "com.acme.Orchestrator$None#ROW" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#foundOrMade(..)", "key": "arg0", "absent": "com.acme.Orchestrator$None#made()" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#row(..)", "sessionId": "return.sessionId", "absent": "null-field" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#maybe(..)", "sessionId": "return.sessionId", "absent": "null-field" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#dto(..)", "sessionId": "return.sessionId", "absent": "null-field" }""")
                        .withFailure(orchestrator + "failPrivately", "sessionId", "arg0")
                        .withFailure(
                                "com.acme.Orchestrator$Result#<init>(..)",
                                "sessionId",
                                "this.sessionId",
                                "text",
                                "this.error")
                        .withFailure("com.acme.Orchestrator$Outcome#new", "sessionId", "arg0", "text", "arg1")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "private null live",
                        "static Optional.empty Optional[live]",
                        "field starts",
                        "field resumes live",
                        "reset starts after 1",
                        "none Row[key=none, sessionId=, turns=0] Row[key=fresh, sessionId=live, turns=3]",
                        "made Row[key=none, sessionId=, turns=0]",
                        "record Row[key=key, sessionId=null, turns=3] Row[key=key, sessionId=live, turns=3]",
                        "inside Optional[Row[key=key, sessionId=null, turns=3]]",
                        "dto null live",
                        "No conversation found with session ID: thrown",
                        "No conversation found with session ID: constructed",
                        "Outcome[id=component, error=conversation not found]",
                        "broken",
                        "done");
        assertThat(run.hostLines()).isEmpty();
        assertThat(database.sessionIds()).containsExactly("fresh-id", "live");
        assertThat(metrics.valueOf(FAILURES)).isEqualTo(3);
        assertThat(metrics.failedOpen()).isZero();
    }

    /** A value that would not fit must not reach the host; its own answer stands, and that is counted. */
    @OnEachJdk
    void whatCannotBeDoneIsToldAndTheHostRunsAsEver(Jdk jdk) {
        String host = """
                package com.acme;

                public class Orchestrator {
                    private final String sessionId = new String("final");
                    record Row(String sessionId) { Row { java.util.Objects.requireNonNull(sessionId); } }
                    static final String TEXT = "text";
                    static final Object NOTHING = null;

                    public static void main(String[] args) throws Exception {
                        Orchestrator host = new Orchestrator();
                        System.out.println(host.misfit("misfit"));
                        System.out.println(host.returned("returned") + " " + host.<Number>chosen("chosen") + " " + host.number("number"));
                        System.out.println(host.turn());
                        System.out.println(host.row("refusing"));
                        System.out.println("done");
                        System.in.read();
                    }

                    Integer misfit(String key) { return 1; }
                    StringBuilder returned(String id) { return new StringBuilder(id); }
                    @SuppressWarnings("unchecked") <T extends Number> T chosen(String key) { return (T) (Number) 2; }
                    long number(String key) { return 3; }
                    String turn() { return "resumes " + sessionId; }
                    Row row(String id) { return new Row(id); }
                }
                """;
        Database.in(folder)
                .withSession("misfit", "misfit", Duration.ofHours(25))
                .withSession("returned", "returned", Duration.ofHours(25))
                .withSession("chosen", "chosen", Duration.ofHours(25))
                .withSession("number", "number", Duration.ofHours(25))
                .withSession("final", "final", Duration.ofHours(25))
                .withSession("refusing", "refusing", Duration.ofHours(25));

        Host.Running running = Host.of(folder, host)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#misfit(..)", "key": "arg0", "absent": "com.acme.Orchestrator#TEXT" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#returned(..)", "sessionId": "return", "absent": "com.acme.Orchestrator#TEXT" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#chosen(..)", "key": "arg0", "absent": "com.acme.Orchestrator#TEXT" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#number(..)", "key": "arg0", "absent": "com.acme.Orchestrator#NOTHING" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#turn()", "onEnter": { "clear": "this.sessionId" } }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#row(..)", "sessionId": "return.sessionId", "absent": "null-field" }""")
                        .withReadOf("""
                                { "at": "com.acme.Orchestrator#<init>()", "key": "arg0" }""")
                        .withFailure("com.acme.Orchestrator#new()", "sessionId", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly("1", "returned 2 3", "resumes final", "Row[sessionId=refusing]", "done");
        assertThat(String.join("\n", run.agentLines()))
                .contains("gives a java.lang.String, but the method returns java.lang.Integer")
                .contains("gives a java.lang.String, but the method returns java.lang.StringBuilder")
                .contains("gives a java.lang.String, but the method returns java.lang.Number")
                .contains("number(java.lang.String) returns long, which cannot be null")
                .contains("sessionId of com.acme.Orchestrator is final and cannot be set to null")
                .contains("com.acme.Orchestrator$Row refuses a null sessionId")
                .contains("com.acme.Orchestrator#<init>() is a constructor, which hands out nothing")
                .contains("com.acme.Orchestrator#new() is a constructor, whose text is not at thrown");
        assertThat(metrics.failedOpen()).isEqualTo(6);
    }
}
