package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.metrics.SessionMeter.Counter;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Label;
import dev.sessionttl.engine.metrics.SessionMeter.Timer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The meters in Prometheus's text formats, from a registry of our own that the host never sees. To be made after the host's
 * {@code main} has begun (law 4).
 */
public final class PrometheusText {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Held, since the registry holds them weakly. */
    private final SessionMeters meters;

    public PrometheusText(SessionMeters meters) {
        this.meters = meters;
        this.meters.all().forEach(this::register);
    }

    /** @param contentType as a scraper's Accept header asks for it; blank or unknown for the plain text format */
    public String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    private void register(SessionMeter meter) {
        if (meter instanceof Counter counter) {
            FunctionCounter.builder(
                            counter.name(), counter, each -> each.count().getAsLong())
                    .tags(tags(counter.label()))
                    .description(counter.description())
                    .register(registry);
        } else if (meter instanceof Gauge gauge) {
            io.micrometer.core.instrument.Gauge.builder(
                            gauge.name(), gauge, each -> each.value().getAsDouble())
                    .tags(tags(gauge.label()))
                    .baseUnit(gauge.unit().orElse(null))
                    .description(gauge.description())
                    .register(registry);
        } else if (meter instanceof Timer timer) {
            FunctionTimer.builder(
                            timer.name(),
                            timer,
                            each -> each.count().getAsLong(),
                            each -> each.nanos().getAsLong(),
                            TimeUnit.NANOSECONDS)
                    .description(timer.description())
                    .register(registry);
        }
    }

    private static Tags tags(Optional<Label> label) {
        return label.map(each -> Tags.of(each.name(), each.value())).orElse(Tags.empty());
    }
}
