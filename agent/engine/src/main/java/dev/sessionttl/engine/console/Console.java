package dev.sessionttl.engine.console;

import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.console.HttpEndpoint.Request;
import dev.sessionttl.engine.console.HttpEndpoint.Response;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;

/** Serves {@code /metrics} and {@code /healthz}, to GET and HEAD only. */
public final class Console {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusText metrics;

    private Console(PrometheusText metrics) {
        this.metrics = metrics;
    }

    /**
     * Opens the port. To be called after the host's {@code main} has begun (law 4).
     *
     * @return where it listens, with the port that was free where the config says 0
     */
    public static InetSocketAddress open(HttpConfig http, PrometheusText metrics) throws IOException {
        return HttpEndpoint.open(new InetSocketAddress(http.host(), http.port()), new Console(metrics)::answer);
    }

    private Response answer(Request request) {
        if (!Set.of("GET", "HEAD").contains(request.method())) {
            return new Response(405, PROMETHEUS_TEXT, "", "GET, HEAD");
        }
        try {
            return switch (request.path()) {
                case "/metrics" -> metrics(request);
                case "/healthz" -> Response.of(200, "ok\n");
                default -> Response.of(404, "there are /metrics and /healthz\n");
            };
        } catch (RuntimeException failure) {
            Log.warnOnce("console " + request.path(), request.path() + " could not be served", failure);
            return Response.of(500, "it could not be served; the log says why\n");
        }
    }

    private Response metrics(Request request) {
        String contentType = Accept.prefersOpenMetrics(request.accept()) ? OPEN_METRICS : PROMETHEUS_TEXT;
        return new Response(200, contentType, metrics.scrape(contentType), "");
    }
}
