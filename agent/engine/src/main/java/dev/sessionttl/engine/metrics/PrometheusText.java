package dev.sessionttl.engine.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The meters in Prometheus's text formats, from a registry of our own that the host never sees. */
public final class PrometheusText {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public PrometheusText(SessionMeters meters) {
        meters.bindTo(registry);
    }

    /** @param contentType as a scraper's Accept header asks for it; blank or unknown for the plain text format */
    public String scrape(String contentType) {
        return registry.scrape(contentType);
    }
}
