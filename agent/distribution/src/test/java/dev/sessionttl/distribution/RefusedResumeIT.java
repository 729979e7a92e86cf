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

/** A resume that is refused costs the session at once, is counted once, and is not made a second time. */
class RefusedResumeIT {
    private static final String FAILURES = "claude_session_resume_failures_total";
    private static final String UNCLASSIFIED = "claude_session_resume_unclassified_total";
    private static final String VETOED = "claude_session_vetoed_reads_total";

    @TempDir
    Path folder;

    @OnEachJdk
    void aRefusalIsUnderstoodHoweverItSurfacesAndNothingElseIsTakenForOne(Jdk jdk) {
        String host = """
                package com.acme;

                import java.io.IOException;
                import java.util.*;
                import java.util.concurrent.*;

                public class Cli {
                    interface Attempt { Object made() throws Throwable; }
                    record Request(String prompt, String sessionId) {}
                    record Result(int exit, String error) {}

                    static String refusal(String id) { return "No conversation found with session ID: " + id; }

                    public static void main(String[] args) throws Exception {
                        Cli cli = new Cli();
                        attempt(() -> cli.thrown("thrown"));
                        attempt(() -> cli.caused("caused"));
                        attempt(() -> cli.joined("joined"));
                        attempt(() -> cli.returned("returned"));
                        attempt(() -> cli.requested(new Request("go on", "requested")));
                        attempt(() -> cli.silent());
                        attempt(() -> cli.keyed("key of keyed", "shared by key"));
                        attempt(() -> cli.thrown("shared by all"));
                        cli.onError(new IOException("exit 1: " + refusal("told")));
                        cli.onLine("{\\"type\\":\\"system\\",\\"subtype\\":\\"init\\"}");
                        cli.onLine("{\\"type\\":\\"result\\",\\"subtype\\":\\"error_during_execution\\",\\"is_error\\":true,\\"errors\\":[\\"" + refusal("printed") + "\\"]}");
                        cli.onLine(refusal("plain"));

                        cli.onLine("{\\"type\\":\\"assistant\\",\\"message\\":{\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"" + refusal("quoted") + "\\"}]}}");
                        cli.onLine("{\\"type\\":\\"result\\",\\"subtype\\":\\"success\\",\\"is_error\\":false,\\"result\\":\\"" + refusal("quoted") + "\\"}");
                        cli.onLine("{\\"type\\":\\"result\\",\\"subtype\\":\\"success\\",\\"is_error\\":true,\\"result\\":\\"API Error: 529, " + refusal("quoted") + "\\"}");
                        attempt(() -> cli.overloaded("unrelated"));
                        attempt(() -> cli.another("another"));
                        attempt(() -> cli.fine("fine"));
                        System.out.println("done");
                        System.in.read();
                    }

                    static void attempt(Attempt attempt) {
                        try {
                            System.out.println(attempt.made());
                        } catch (Throwable failure) {
                            Throwable cause = failure;
                            while (cause.getCause() != null) cause = cause.getCause();
                            System.out.println(failure.getClass().getSimpleName() + ", " + cause.getMessage());
                        }
                    }

                    String thrown(String id) { throw new IllegalStateException(refusal(id)); }
                    String caused(String id) throws Exception {
                        throw new Exception("task 7", new RuntimeException("step 3", new IOException("exit 1", new IllegalStateException(refusal(id)))));
                    }
                    String joined(String id) { return CompletableFuture.supplyAsync(() -> thrownElsewhere(id)).join(); }
                    private String thrownElsewhere(String id) { throw new IllegalStateException(refusal(id)); }
                    Result returned(String id) { return new Result(1, refusal(id)); }
                    String requested(Request request) { throw new IllegalStateException(refusal(request.sessionId())); }
                    String silent() { throw new IllegalStateException(refusal("silent")); }
                    String keyed(String key, String id) { throw new IllegalStateException(refusal(id)); }
                    void onError(Throwable failure) {}
                    void onLine(String line) {}
                    String overloaded(String id) { throw new IllegalStateException("429: rate limited"); }
                    String another(String id) { throw new IllegalStateException(refusal("not-" + id)); }
                    String fine(String id) { return "fine"; }
                }
                """;
        Database database = Database.in(folder);
        for (String refused :
                List.of("thrown", "caused", "joined", "returned", "requested", "silent", "told", "printed", "plain")) {
            database.withSession("key of " + refused, refused, Duration.ofHours(1));
        }
        for (String kept : List.of("quoted", "unrelated", "another", "not-another", "fine")) {
            database.withSession("key of " + kept, kept, Duration.ofHours(1));
        }
        database.withSession("key of keyed", "shared by key", Duration.ofHours(1))
                .withSession("another key", "shared by key", Duration.ofHours(1))
                .withSession("one key", "shared by all", Duration.ofHours(1))
                .withSession("other key", "shared by all", Duration.ofHours(1));

        Host.Running running = Host.of(folder, host)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withFailure("com.acme.Cli#thrown", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#caused", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#joined", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#returned", "sessionId", "arg0", "text", "return.error")
                        .withFailure("com.acme.Cli#requested", "sessionId", "arg0.sessionId")
                        .withFailure("com.acme.Cli#silent")
                        .withFailure("com.acme.Cli#keyed", "sessionId", "arg1", "key", "arg0")
                        .withFailure("com.acme.Cli#on*", "text", "arg0")
                        .withFailure("com.acme.Cli#overloaded", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#another", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#fine", "sessionId", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        String refusal = "No conversation found with session ID: ";
        assertThat(run.out().lines())
                .containsExactly(
                        "IllegalStateException, " + refusal + "thrown",
                        "Exception, " + refusal + "caused",
                        "CompletionException, " + refusal + "joined",
                        "Result[exit=1, error=" + refusal + "returned]",
                        "IllegalStateException, " + refusal + "requested",
                        "IllegalStateException, " + refusal + "silent",
                        "IllegalStateException, " + refusal + "shared by key",
                        "IllegalStateException, " + refusal + "shared by all",
                        "IllegalStateException, 429: rate limited",
                        "IllegalStateException, " + refusal + "not-another",
                        "fine",
                        "done");
        assertThat(database.query("SELECT agent_id FROM agent_sessions ORDER BY agent_id"))
                .containsExactly(
                        "another key",
                        "key of another",
                        "key of fine",
                        "key of not-another",
                        "key of quoted",
                        "key of unrelated");
        assertThat(metrics.valueOf(FAILURES)).isEqualTo(11);
        assertThat(metrics.valueOf(UNCLASSIFIED)).isEqualTo(2);
        assertThat(metrics.failedOpen()).isZero();
    }

    @OnEachJdk
    void oneAttemptIsCountedOnceAndARefusedIdIsNeitherTriedNorHandedOutAgain(Jdk jdk) {
        String host = """
                package com.acme;

                import java.sql.*;
                import java.util.*;

                public class Dispatcher {
                    static final class ResumeFailed extends RuntimeException {
                        ResumeFailed(String message, Throwable cause) { super(message, cause); }
                    }

                    static int bodies;
                    static final Map<String, String> cache = new HashMap<>();

                    public static void main(String[] args) throws Exception {
                        Dispatcher dispatcher = new Dispatcher();
                        String id = dispatcher.find("agent");
                        cache.put("agent", id);
                        System.out.println("read " + id);
                        dispatcher.attempt(id);
                        System.out.println("read " + dispatcher.find("agent"));
                        dispatcher.attempt(id);
                        dispatcher.attempt(id);
                        sql("INSERT INTO agent_sessions VALUES ('agent', '" + id + "', " + System.currentTimeMillis() + ")");
                        System.out.println("written back, read " + dispatcher.find("agent"));
                        System.out.println("cached " + dispatcher.cached("agent"));
                        System.out.println("bodies " + bodies);
                        System.in.read();
                    }

                    void attempt(String id) {
                        try {
                            dispatch("task", id);
                        } catch (ResumeFailed failure) {
                            boolean ownStack = Arrays.stream(failure.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("attempt"));
                            System.out.println(failure.getMessage() + ", " + failure.getCause().getMessage() + ", " + ownStack);
                        }
                    }

                    void dispatch(String task, String id) {
                        bodies++;
                        try {
                            resume(id);
                        } catch (IllegalStateException refused) {
                            throw new ResumeFailed("task failed", refused);
                        }
                    }

                    int resume(String id) {
                        bodies++;
                        onLine("No conversation found with session ID: " + id);
                        throw new IllegalStateException("No conversation found with session ID: " + id);
                    }

                    void onLine(String line) {}

                    String cached(String agentId) { return cache.get(agentId); }

                    String find(String agentId) throws SQLException {
                        try (Connection connection = connect(); Statement statement = connection.createStatement();
                                ResultSet result = statement.executeQuery("SELECT session_id FROM agent_sessions WHERE agent_id = '" + agentId + "'")) {
                            return result.next() ? result.getString(1) : null;
                        }
                    }

                    static void sql(String sql) throws SQLException {
                        try (Connection connection = connect(); Statement statement = connection.createStatement()) { statement.execute(sql); }
                    }

                    static Connection connect() throws SQLException { return DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db"); }
                }
                """;
        Database database = Database.in(folder).withSession("agent", "dead-id", Duration.ofHours(1));

        Host.Running running = Host.of(folder, host)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.Dispatcher#find", "key", "arg0")
                        .withRead("com.acme.Dispatcher#cached", "sessionId", "return")
                        .withFailure("com.acme.Dispatcher#dispatch(String, String)", "sessionId", "arg1")
                        .withFailure("com.acme.Dispatcher#resume(String)", "sessionId", "arg0")
                        .withFailure("com.acme.Dispatcher#onLine(String)", "text", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("bodies ");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        String failed = "task failed, No conversation found with session ID: dead-id, true";
        assertThat(run.out().lines())
                .containsExactly(
                        "read dead-id",
                        failed,
                        "read null",
                        failed,
                        failed,
                        "written back, read null",
                        "cached null",
                        "bodies 2");
        assertThat(metrics.valueOf(FAILURES)).isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_resume_failure_seconds_count"))
                .isEqualTo(1);
        assertThat(metrics.valueOf(UNCLASSIFIED)).isZero();
        assertThat(metrics.valueOf(VETOED)).isEqualTo(2);
        assertThat(metrics.failedOpen()).isZero();
        assertThat(database.sessionIds()).isEmpty();
    }

    @OnEachJdk
    void onlyARunThatIsSeenToSucceedLiftsTheVeto(Jdk jdk) {
        String host = """
                package com.acme;

                import java.util.concurrent.*;

                public class Cli {
                    public static void main(String[] args) {
                        Cli cli = new Cli();
                        try {
                            cli.resume("id");
                        } catch (IllegalStateException refused) {
                            System.out.println("refused, " + cli.cached());
                        }
                        CompletableFuture<String> run = cli.later("id");
                        System.out.println("under way, " + cli.cached());
                        run.completeExceptionally(new IllegalStateException("No conversation found with session ID: id"));
                        cli.over("id", run);
                        System.out.println("failed, " + cli.cached());
                        System.out.println(cli.again("id") + ", " + cli.cached());
                    }

                    String resume(String id) { throw new IllegalStateException("No conversation found with session ID: " + id); }
                    CompletableFuture<String> later(String id) { return new CompletableFuture<>(); }
                    Future<String> over(String id, Future<String> run) { return run; }
                    CompletionStage<String> again(String id) { return CompletableFuture.completedStage("well"); }
                    String cached() { return "id"; }
                }
                """;
        Database.in(folder);

        Host.Run run = Host.of(folder, host)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Cli#cached", "sessionId", "return")
                        .withFailure("com.acme.Cli#resume", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#later", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#over", "sessionId", "arg0")
                        .withFailure("com.acme.Cli#again", "sessionId", "arg0")
                        .toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("refused, null"),
                        line -> assertThat(line).isEqualTo("under way, null"),
                        line -> assertThat(line).isEqualTo("failed, null"),
                        line -> assertThat(line).endsWith(", id"));
    }
}
