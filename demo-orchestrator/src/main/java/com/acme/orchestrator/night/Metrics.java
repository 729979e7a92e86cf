package com.acme.orchestrator.night;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code /metrics} page that a run may serve on loopback. */
final class Metrics {
    static final String COUNTER = "claude_session_resume_failures_total";

    private static final Pattern SAMPLE = Pattern.compile("(?m)^" + COUNTER + "(?:\\{[^}]*})? (\\S+)");
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final HttpClient http = HttpClient.newBuilder()
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(DEADLINE)
            .build();
    private final int port;

    Metrics(int port) {
        this.port = port;
    }

    /** A port that nobody listens on just now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The counter, asked for until it is there or five seconds are over: an exporter may start later than its host. */
    Optional<String> failures() throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        do {
            Optional<String> value = failuresNow();
            if (value.isPresent()) {
                return value;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } while (System.nanoTime() < end);
        return Optional.empty();
    }

    private Optional<String> failuresNow() throws InterruptedException {
        URI page = URI.create("http://127.0.0.1:" + port + "/metrics");
        try {
            String text = http.send(
                            HttpRequest.newBuilder(page).timeout(DEADLINE).build(), BodyHandlers.ofString())
                    .body();
            Matcher sample = SAMPLE.matcher(text);
            return sample.find() ? Optional.of(plain(sample.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String plain(String number) {
        return new BigDecimal(number).stripTrailingZeros().toPlainString();
    }
}
