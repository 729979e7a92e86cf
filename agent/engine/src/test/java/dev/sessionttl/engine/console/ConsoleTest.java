package dev.sessionttl.engine.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.fixture.SampleStatus;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.metrics.TableGauges;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.status.StatusJson;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    void aNameWithoutAnAddressIsNamed() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("ops.example", 0);

        assertThatThrownBy(() -> HttpEndpoint.open(nowhere, request -> Response.of(200, "")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ops.example");
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

    @Test
    void theStatusIsJson() throws Exception {
        HttpResponse<String> response = send(request("/status.json").GET());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo(StatusJson.of(new SampleStatus().get()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tile"})
    void theTileAndItsPageAreHtml(String path) throws Exception {
        HttpResponse<String> response = send(request(path).GET());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tile", "/status.json", "/metrics", "/healthz", "/nothing"})
    void noPageMayBeReadOrGuessedAtByAnotherOrigin(String path) throws Exception {
        HttpResponse<String> response = send(request(path).GET().header("Origin", "https://evil.example"));

        assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
                .contains(path.equals("/tile") ? "cross-origin" : "same-origin");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tile", "/status.json", "/metrics", "/healthz"})
    void aPageOfAForeignNameGetsNothing(String path) throws IOException {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 421 Misdirected Request\r\n")
                .contains("http.allowedHosts")
                .doesNotContain("evil", "claude_session", "failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
            })
    void aRequestNamesOneHost(String request) throws IOException {
        assertThat(exchange(request)).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void aProbeOfOldMayNameNone() throws IOException {
        assertThat(exchange("GET /healthz HTTP/1.0\n\n")).startsWith("HTTP/1.1 200 OK\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tile", "/status.json", "/metrics", "/healthz"})
    void headHasTheHeadersAndNoBody(String path) throws Exception {
        HttpResponse<String> response = send(request(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).isPresent();
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void whatIsNoReadIsRefused(String method) throws Exception {
        for (String path : List.of("/", "/tile", "/status.json", "/metrics", "/healthz")) {
            HttpResponse<String> response = send(request(path).method(method, BodyPublishers.ofString("x")));

            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
            assertThat(response.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "//",
                "/tile/",
                "/status.jso",
                "/tile.css",
                "/metrics/",
                "/metrics/x",
                "/metricsx",
                "/healthzz",
                "/healthz/x"
            })
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

    @Test
    void whoeverIsQuickIsServedHoweverManyAreSlow() throws Exception {
        InetSocketAddress burdened = open(new Tally());
        long before = threadsOfTheConsole();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * HttpEndpoint.MOST_CLIENTS; i++) {
                Socket socket = new Socket(burdened.getAddress(), burdened.getPort());
                slow.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(send(HttpRequest.newBuilder(uri(burdened, "/healthz"))
                                        .GET())
                                .statusCode())
                        .isEqualTo(200);
            }
            // Those that came first had to make room.
            assertThat(isClosedByTheServer(slow.get(0))).isTrue();
            assertThat(threadsOfTheConsole()).isEqualTo(before);
        } finally {
            close(slow);
        }
    }

    @Test
    void aClientThatSaysNothingIsSentAwayAfterAWhile() throws IOException {
        try (Socket silent = new Socket(address.getAddress(), address.getPort())) {
            assertThat(isClosedByTheServer(silent)).isTrue();
        }
    }

    /** A write would wait for such a one without an end. */
    @Test
    void aClientThatNeverReadsItsAnswerKeepsNobodyWaiting() throws Exception {
        InetSocketAddress burdened = open(new Tally(), pointcutsOfMegabytes());
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1_024);
                socket.connect(burdened);
                socket.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                deaf.add(socket);
            }

            assertThat(send(HttpRequest.newBuilder(uri(burdened, "/healthz")).GET())
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> patient =
                    send(HttpRequest.newBuilder(uri(burdened, "/metrics")).GET());
            assertThat(patient.body()).hasSizeGreaterThan(4_000_000);
        } finally {
            close(deaf);
        }
    }

    /** As a host does that ends a part of itself. */
    @Test
    void whoInterruptsItsThreadNeitherEndsItNorSetsItSpinning() throws Exception {
        InetSocketAddress interrupted = open(new Tally());
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("session-ttl-http"))
                .toList();

        threads.forEach(Thread::interrupt);

        assertThat(send(HttpRequest.newBuilder(uri(interrupted, "/healthz")).GET())
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request("/healthz").GET()).statusCode()).isEqualTo(200);
        // Those of other endpoints are asked nothing, and come to it in their own time.
        long untilNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (threads.stream().anyMatch(Thread::isInterrupted) && System.nanoTime() < untilNanos) {
            Thread.onSpinWait();
        }
        assertThat(threads).noneMatch(Thread::isInterrupted);
    }

    @Test
    void aRequestMayComeLetterByLetter() throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            for (byte letter : "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(letter);
                socket.getOutputStream().flush();
            }
            socket.setSoTimeout(20_000);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\nok\n");
        }
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

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Waits for it. */
    private static boolean isClosedByTheServer(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
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

    private static Map<String, Integer> pointcutsOfMegabytes() {
        return IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> i + "x".repeat(100_000), i -> 1));
    }

    private static InetSocketAddress open(Tally tally) throws IOException {
        return open(tally, Map.of());
    }

    private static InetSocketAddress open(Tally tally, Map<String, Integer> sites) throws IOException {
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
                new HttpConfig("127.0.0.1", 0),
                new PrometheusText(new SessionMeters(tally, unknown, () -> sites)),
                () -> new SampleStatus().get());
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
