package dev.sessionttl.engine.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves {@code /metrics} and {@code /healthz}. GET and HEAD only; a few requests at a time on daemon threads, and what
 * comes on top is turned away, so that a client cannot burden the host.
 */
public final class Console {
    private static final int THREADS = 2;
    private static final int WAITING = 16;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final PrometheusText metrics;

    private Console(PrometheusText metrics) {
        this.metrics = metrics;
    }

    /**
     * Opens the port. To be called after the host's {@code main} has begun, since the JDK's server starts
     * java.util.logging (law 4), and by a daemon thread, since the server's own inherits that (law 3).
     *
     * @return where it listens, with the port that was free where the config says 0
     */
    public static InetSocketAddress open(HttpConfig http, PrometheusText metrics) throws IOException {
        Console console = new Console(metrics);
        HttpServer server = HttpServer.create(new InetSocketAddress(http.host(), http.port()), WAITING);
        server.setExecutor(boundedPool());
        server.createContext("/metrics", exchange -> console.answer(exchange, "/metrics", console::metrics));
        server.createContext(
                "/healthz", exchange -> console.answer(exchange, "/healthz", unused -> new Page(TEXT, "ok\n")));
        server.start();
        return server.getAddress();
    }

    private Page metrics(HttpExchange exchange) {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        boolean openMetrics = accept != null && accept.contains(OPEN_METRICS);
        String contentType = openMetrics ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : PROMETHEUS_TEXT;
        return new Page(contentType, metrics.scrape(contentType));
    }

    private void answer(HttpExchange exchange, String path, Content content) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!Set.of("GET", "HEAD").contains(method)) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            if (!exchange.getRequestURI().getPath().equals(path)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            Page page = content.of(exchange);
            byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", page.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, method.equals("HEAD") ? -1 : body.length);
            if (!method.equals("HEAD")) {
                exchange.getResponseBody().write(body);
            }
        } catch (RuntimeException failure) {
            Log.warnOnce("console " + path, path + " could not be served", failure);
        }
    }

    private static ThreadPoolExecutor boundedPool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), Console::daemon);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "session-ttl-http");
        thread.setDaemon(true);
        return thread;
    }

    private record Page(String contentType, String text) {}

    @FunctionalInterface
    private interface Content {
        Page of(HttpExchange exchange);
    }
}
