package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus server that scrapes what it is told to, several times a second. */
public final class Prometheus implements AutoCloseable {
    private static final long LONGEST_WAIT_SECONDS = 60;
    private static final long POLL_MILLIS = 50;

    private final Path log;
    private final URI address;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Path log, URI address, Process process) {
        this.log = log;
        this.address = address;
        this.process = process;
    }

    /**
     * @param folder an empty one
     * @param target the address whose {@code /metrics} it scrapes; nobody need listen there yet
     * @param rules files of rules, which it evaluates as often as it scrapes
     */
    public static Prometheus start(Path folder, URI target, Path... rules) {
        StringBuilder config = new StringBuilder("""
                global:
                  scrape_interval: 250ms
                  scrape_timeout: 250ms
                  evaluation_interval: 250ms
                scrape_configs:
                  - job_name: orchestrator
                    static_configs:
                      - targets: ['%s']
                """.formatted(target.getAuthority()));
        if (rules.length > 0) {
            config.append("rule_files:\n");
            for (Path rule : rules) {
                config.append("  - ").append(rule.toAbsolutePath()).append('\n');
            }
        }
        try {
            Files.writeString(folder.resolve("prometheus.yml"), config);
            int port = freePort();
            Path log = folder.resolve("prometheus.txt");
            Process process = new ProcessBuilder(
                            Tools.path("prometheus").toString(),
                            "--config.file=" + folder.resolve("prometheus.yml"),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Prometheus server = new Prometheus(log, URI.create("http://127.0.0.1:" + port + "/"), process);
            server.until("ready", () -> server.get("-/ready").filter(answer -> answer.contains("Ready")));
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A port that nobody listens on just now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns once it has scraped its target well. */
    public Prometheus untilItScrapes() {
        until("a target that is up", () -> value("up").filter(up -> up.equals("1")));
        return this;
    }

    /** Where what was looked for cannot be there yet, asks again until it is. */
    public <T> T until(String what, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
        try {
            while (System.nanoTime() < end) {
                Optional<T> seen = look.get();
                if (seen.isPresent()) {
                    return seen.get();
                }
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
            throw new AssertionError("no " + what + "; Prometheus said:\n" + Files.readString(log));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** The value of a query's one series now, as text; empty where there is none. */
    public Optional<String> value(String query) {
        JsonNode result = ask("api/v1/query", Map.of("query", query)).path("result");
        return result.isEmpty()
                ? Optional.empty()
                : Optional.of(result.path(0).path("value").path(1).asString());
    }

    /** The labels of a query's series now, without those that Prometheus adds. */
    public List<Map<String, String>> labels(String query) {
        List<Map<String, String>> all = new ArrayList<>();
        for (JsonNode series : ask("api/v1/query", Map.of("query", query)).path("result")) {
            Map<String, String> labels = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> label : series.path("metric").properties()) {
                if (!List.of("__name__", "instance", "job").contains(label.getKey())) {
                    labels.put(label.getKey(), label.getValue().asString());
                }
            }
            all.add(labels);
        }
        return all;
    }

    /** How many samples a query has between two moments, and how many of them are numbers. */
    public List<Double> range(String query, Instant from, Instant to) {
        List<Double> samples = new ArrayList<>();
        Map<String, String> parameters =
                Map.of("query", query, "start", from.toString(), "end", to.toString(), "step", "0.5");
        for (JsonNode series : ask("api/v1/query_range", parameters).path("result")) {
            for (JsonNode sample : series.path("values")) {
                samples.add(Double.valueOf(sample.path(1).asString()));
            }
        }
        return samples;
    }

    /** The data of an answer of its API, which is to be a good one. */
    public JsonNode ask(String path, Map<String, String> parameters) {
        List<String> form = new ArrayList<>();
        parameters.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path + "?" + String.join("&", form)))
                .build();
        JsonNode answer = JsonMapper.shared().readTree(send(request).orElseThrow());
        assertThat(answer.path("status").asString())
                .as("%s %s: %s", path, parameters, answer)
                .isEqualTo("success");
        return answer.path("data");
    }

    private Optional<String> get(String path) {
        return send(HttpRequest.newBuilder(address.resolve(path)).build());
    }

    /** Empty while nobody listens. */
    private Optional<String> send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return Optional.of(answer.body());
        } catch (ConnectException notYet) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
