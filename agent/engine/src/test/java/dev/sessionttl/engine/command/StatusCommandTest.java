package dev.sessionttl.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code status --url}, against a server that says what it is told to. */
class StatusCommandTest {
    private static final String DOCUMENT = """
            { "version": 1,
              "agent": {"version": "1.0.0", "startedAt": "2026-11-24T15:00:00Z", "uptimeSeconds": 11520.4},
              "state": "ok", "reason": null,
              "resumeFailures": {"total": 4, "last24Hours": 3, "unclassified": 0},
              "expired": {"read": 2, "sweep": 20, "last24Hours": 22},
              "vetoedReads": 1,
              "storeErrors": {"find": 1},
              "secondsWasted": 12.1, "secondsSaved": 66.0,
              "table": {"rows": 16, "oldestAgeSeconds": null},
              "lastSweep": {"at": "2026-11-24T15:00:01Z", "dropped": 20, "finished": true},
              "sites": [{"pointcut": "com.acme.SessionStore#find(String)", "kind": "read", "methods": 1}],
              "config": {"file": "config/agents.json", "maxSessionAgeMillis": 86400000, "dryRun": false, "problems": 0},
              "hours": [{"from": "2026-11-24T14:00:00Z", "resumeFailures": 0, "expired": 20},
                        {"from": "2026-11-24T15:00:00Z", "resumeFailures": 4, "expired": 2}] }
            """;

    private final ExecutorService server = Executors.newSingleThreadExecutor();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stopTheServer() {
        server.shutdownNow();
    }

    @Test
    void theFactsOfTheDocumentAreShownALineEach() throws IOException {
        int exit = run(answering("200 OK", DOCUMENT));

        assertThat(exit).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                ok
                agent             1.0.0, up 3 h 12 min
                resume failures   4, in the last 24 h 3, unclassified 0
                sessions expired  2 at a read, 20 by sweeps, in the last 24 h 22
                vetoed reads      1
                seconds           12.1 wasted, 66.0 saved
                table             16 sessions, the oldest -
                last sweep        20 dropped at 2026-11-24T15:00:01Z
                read              com.acme.SessionStore#find(String), methods 1
                failed open       find 1
                config            config/agents.json, max session age 1 d 0 h, problems 0
                failures by hour  0 4
                expired by hour   20 2
                """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theDocumentItselfIsHandedThroughForPrograms() throws IOException {
        assertThat(run(answering("200 OK", DOCUMENT), "--json")).isZero();

        assertThat(out.toString()).isEqualToNormalizingNewlines(DOCUMENT);
    }

    @Test
    void anAgentThatCannotDoItsWorkIsSomethingWrong() throws IOException {
        String degraded =
                DOCUMENT.replace("\"ok\", \"reason\": null", "\"degraded\", \"reason\": \"database\\u001b locked\"");

        assertThat(run(answering("200 OK", degraded))).isEqualTo(1);
        assertThat(out.toString()).startsWith("degraded: database? locked");
    }

    @Test
    void whatIsNoAgentIsToldInOneLine() throws IOException {
        assertThat(run(answering("404 Not Found", "<html>"))).isEqualTo(1);
        assertThat(err.toString()).contains("answers 404 to /status.json").hasLineCount(1);
        err.getBuffer().setLength(0);

        assertThat(run(answering("200 OK", "<html>"))).isEqualTo(1);
        assertThat(err.toString()).contains("is no status of an agent").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void whatCannotBeReachedIsToldInOneLineWithoutAPassword() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(run("http://ops:hunter2@127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("http://127.0.0.1:" + port + " cannot be reached")
                .hasLineCount(1)
                .doesNotContain("hunter2");
    }

    @Test
    void oneOfTheTwoHasToBeNamed() {
        assertThat(SessionTtl.commandLine().setErr(new PrintWriter(err)).execute("status"))
                .isEqualTo(2);
        assertThat(SessionTtl.commandLine().setErr(new PrintWriter(err)).execute("status", "1", "--url", "x"))
                .isEqualTo(2);
    }

    private int run(String url, String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "status";
        arguments[1] = "--url";
        arguments[2] = url;
        System.arraycopy(more, 0, arguments, 3, more.length);
        return SessionTtl.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** The URL of a server that gives this answer once. */
    private String answering(String status, String body) throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.execute(() -> {
            try (socket;
                    Socket client = socket.accept();
                    OutputStream answer = client.getOutputStream()) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                byte[] request = new byte[8_192];
                if (client.getInputStream().read(request) > 0) {
                    answer.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + bytes.length
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
                    answer.write(bytes);
                }
            } catch (IOException gone) {
                throw new AssertionError(gone);
            }
        });
        return "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
    }
}
