package dev.sessionttl.engine.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.TableGauges;
import dev.sessionttl.engine.metrics.Tally;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConsoleTest {
    private static final Tally TALLY = new Tally();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static InetSocketAddress address = new InetSocketAddress(0);

    @BeforeAll
    static void open() throws IOException {
        address = open(TALLY);
    }

    @Test
    void itListensOnLoopbackAloneOnAFreePort() {
        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isPositive();
    }

    @Test
    void metricsArePrometheusTextUnlessAskedForOtherwise() throws Exception {
        HttpResponse<String> response = send(request("/metrics").GET());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body()).contains("\nclaude_session_resume_failures_total 0.0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text|true",
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1|true",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1|true",
                "application/openmetrics-text; q=0.5, */*; q=0.1|true",
                "Application/OpenMetrics-Text, text/plain|true",
                "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;q=0.5|false",
                "application/openmetrics-text;q=0.5, text/*|false",
                "application/openmetrics-text;q=0|false",
                "application/openmetrics-text;q=much|false",
                "application/openmetrics-textual|false",
                ";q=1,,|false",
                "*/*|false",
                "text/html|false",
                "text/plain;version=0.0.4|false",
            })
    void openMetricsIsServedToWhoAsksForIt(String accept, boolean openMetrics) throws Exception {
        HttpResponse<String> response = send(request("/metrics").GET().header("Accept", accept));

        assertThat(response.headers()
                        .firstValue("Content-Type")
                        .orElseThrow()
                        .startsWith("application/openmetrics-text"))
                .isEqualTo(openMetrics);
        assertThat(response.body().endsWith("# EOF\n")).isEqualTo(openMetrics);
    }

    @Test
    void anAcceptHeaderMayComeInParts() throws Exception {
        HttpResponse<String> response = send(request("/metrics")
                .GET()
                .header("Accept", "text/plain;q=0.5")
                .header("Accept", "application/openmetrics-text"));

        assertThat(response.body()).endsWith("# EOF\n");
    }

    @Test
    void healthzSaysOk() throws Exception {
        HttpResponse<String> response = send(request("/healthz").GET());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok\n");
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/healthz"})
    void headHasTheHeadersAndNoBody(String path) throws Exception {
        HttpResponse<String> response = send(request(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).isPresent();
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void whatIsNoReadIsRefused(String method) throws Exception {
        for (String path : List.of("/metrics", "/healthz")) {
            HttpResponse<String> response = send(request(path).method(method, BodyPublishers.ofString("x")));

            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
            assertThat(response.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/metrics/", "/metrics/x", "/metricsx", "/healthzz", "/healthz/x"})
    void everythingElseIsNotFound(String path) throws Exception {
        assertThat(send(request(path).GET()).statusCode()).isEqualTo(404);
    }

    @Test
    void aQueryChangesNothing() throws Exception {
        assertThat(send(request("/healthz?x=%00%2e%2e").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void noSessionIdIsServed() throws Exception {
        Tally tally = new Tally();
        InetSocketAddress other = open(tally);
        tally.vetoedRead("5b0c7c4e-9d0c-4d8e");
        tally.failedOpen("find", new IllegalStateException("5b0c7c4e-9d0c-4d8e"));

        String body = send(HttpRequest.newBuilder(uri(other, "/metrics")).GET()).body();

        assertThat(body).contains("claude_session_vetoed_reads_total 1.0").doesNotContain("5b0c7c4e");
    }

    /** Each has two seconds, and four are served at a time. */
    @Test
    void clientsThatConnectAndSayNothingKeepTheNextWaitingForNoMoreThanTheirOwnTime() throws Exception {
        InetSocketAddress burdened = open(new Tally());
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                silent.add(new Socket(burdened.getAddress(), burdened.getPort()));
            }

            assertThat(send(HttpRequest.newBuilder(uri(burdened, "/healthz"))
                                    .GET()
                                    .timeout(Duration.ofSeconds(20)))
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            close(silent);
        }
    }

    @Test
    void clientsThatStopInTheMiddleOfARequestTakeNoMoreThanFourThreadsAndOnceTheyGoAllIsWell() throws Exception {
        InetSocketAddress burdened = open(new Tally());
        long before = threadsOfTheConsole();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Socket socket = new Socket(burdened.getAddress(), burdened.getPort());
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            // Four are being read and sixteen wait: the others find their connection closed.
            assertThat(anyClosedByTheServer(slow)).isTrue();
            assertThat(threadsOfTheConsole() - before).isLessThanOrEqualTo(4);
        } finally {
            close(slow);
        }
        assertThat(statusOnceServed(burdened)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "GET /healthz",
                "GET healthz HTTP/1.1",
                "GET http://127.0.0.1/healthz HTTP/1.1",
                "GET /healthz HTTP/2",
                "GET /healthz HTTP/1.1 and more",
            })
    void whatIsNoRequestIsBad(String line) throws IOException {
        assertThat(exchange(line + "\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void aHeadWithoutAnEndIsNotReadOn() throws IOException {
        String head = "GET /healthz HTTP/1.1\r\n"
                + "X-Header: of sixty-four characters or so, again and again\r\n".repeat(1_000);

        assertThat(exchange(head)).doesNotContain("200 OK");
    }

    /** To close with a body unread would reset the connection, and the client would not see why. */
    @Test
    void whoSendsABodyIsToldThatItIsNotWanted() throws IOException {
        int length = 1_000_000;

        assertThat(exchange("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n"
                        + "x".repeat(length)))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n");
    }

    /** What the server says to these bytes; empty where it just closes. */
    private static String exchange(String request) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            } catch (SocketException closed) {
                return "";
            }
        }
    }

    /** A client that comes while others still go may be turned away. */
    private static int statusOnceServed(InetSocketAddress at) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < until) {
            try {
                return send(HttpRequest.newBuilder(uri(at, "/healthz")).GET()).statusCode();
            } catch (IOException turnedAway) {
                Thread.onSpinWait();
            }
        }
        return 0;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static boolean anyClosedByTheServer(List<Socket> sockets) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < until) {
            for (Socket socket : sockets) {
                socket.setSoTimeout(20);
                if (isClosedByTheServer(socket)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isClosedByTheServer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static long threadsOfTheConsole() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("session-ttl-http"))
                .count();
    }

    private static InetSocketAddress open(Tally tally) throws IOException {
        TableGauges unknown = new TableGauges() {
            @Override
            public double rows() {
                return Double.NaN;
            }

            @Override
            public double oldestAgeSeconds() {
                return Double.NaN;
            }
        };
        return Console.open(
                new HttpConfig("127.0.0.1", 0), new PrometheusText(new SessionMeters(tally, unknown, Map::of)));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(address, path));
    }

    private static URI uri(InetSocketAddress at, String path) {
        return URI.create("http://127.0.0.1:" + at.getPort() + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
