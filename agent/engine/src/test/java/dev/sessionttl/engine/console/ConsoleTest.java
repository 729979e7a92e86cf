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

    @Test
    void clientsThatConnectAndSayNothingKeepNobodyElseWaiting() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                silent.add(new Socket(address.getAddress(), address.getPort()));
            }

            assertThat(send(request("/healthz").GET().timeout(Duration.ofSeconds(20)))
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void clientsThatStopInTheMiddleOfARequestTakeNoMoreThanTwoThreadsAndOnceTheyGoAllIsWell() throws Exception {
        InetSocketAddress burdened = open(new Tally());
        long before = threadsOfTheConsole();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Socket socket = new Socket(burdened.getAddress(), burdened.getPort());
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            // Two are being read and sixteen wait: the others find their connection closed.
            assertThat(anyClosedByTheServer(slow)).isTrue();
            assertThat(threadsOfTheConsole() - before).isLessThanOrEqualTo(2);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        assertThat(send(HttpRequest.newBuilder(uri(burdened, "/healthz")).GET()).statusCode())
                .isEqualTo(200);
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
                new HttpConfig("127.0.0.1", 0), new PrometheusText(new SessionMeters(tally, unknown, Map.of())));
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
