package dev.sessionttl.engine.console;

import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.status.StatusJson;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Supplier;

/** Serves the tile, its page, {@code /status.json}, {@code /metrics} and {@code /healthz}, to GET and HEAD only. */
public final class Console {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final KnownHosts hosts;
    private final PrometheusText metrics;
    private final Supplier<Status> status;
    private final Page page = new Page();

    private Console(KnownHosts hosts, PrometheusText metrics, Supplier<Status> status) {
        this.hosts = hosts;
        this.metrics = metrics;
        this.status = status;
    }

    /**
     * Opens the port. To be called after the host's {@code main} has begun (law 4).
     *
     * @param status asked on the console's own thread; it must wait for nothing
     * @return where it listens, with the port that was free where the config says 0
     */
    public static InetSocketAddress open(HttpConfig http, PrometheusText metrics, Supplier<Status> status)
            throws IOException {
        Console console = new Console(new KnownHosts(http), metrics, status);
        return HttpEndpoint.open(new InetSocketAddress(http.host(), http.port()), console::answer);
    }

    private Response answer(Request request) {
        if (!hosts.include(request.host())) {
            return Response.of(421, "not known by this name; http.allowedHosts of the agent's config may list it\n");
        }
        if (!Set.of("GET", "HEAD").contains(request.method())) {
            return new Response(405, PROMETHEUS_TEXT, "", "GET, HEAD");
        }
        try {
            return switch (request.path()) {
                case "/" -> page.whole(status.get());
                case "/tile" -> page.tile(status.get());
                case "/status.json" -> new Response(200, "application/json", StatusJson.of(status.get()), "");
                case "/metrics" -> metrics(request);
                case "/healthz" -> Response.of(200, "ok\n");
                default -> Response.of(404, "there are /, /tile, /status.json, /metrics and /healthz\n");
            };
        } catch (RuntimeException | LinkageError failure) {
            Log.warnOnce("console " + request.path(), request.path() + " could not be served", failure);
            return Response.of(500, "it could not be served; the log says why\n");
        }
    }

    private Response metrics(Request request) {
        String contentType = Accept.prefersOpenMetrics(request.accept()) ? OPEN_METRICS : PROMETHEUS_TEXT;
        return new Response(200, contentType, metrics.scrape(contentType), "");
    }
}
