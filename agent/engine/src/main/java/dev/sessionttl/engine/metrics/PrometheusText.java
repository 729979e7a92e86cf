package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.metrics.SessionMeter.Counter;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Label;
import dev.sessionttl.engine.metrics.SessionMeter.Timer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.IdentityHashMap;
import java.util.List;
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

    private final IdentityHashMap<SessionMeter, Meter> registered = new IdentityHashMap<>();

    public PrometheusText(SessionMeters meters) {
        this.meters = meters;
    }

    /** @param contentType as a scraper's Accept header asks for it; blank or unknown for the plain text format */
    public synchronized String scrape(String contentType) {
        List<SessionMeter> now = meters.all();
        registered.entrySet().removeIf(known -> !now.contains(known.getKey()) && isRemoved(known.getValue()));
        now.forEach(meter -> registered.computeIfAbsent(meter, this::register));
        return registry.scrape(contentType);
    }

    private boolean isRemoved(Meter meter) {
        Meter unused = registry.remove(meter);
        return true;
    }

    private Meter register(SessionMeter meter) {
        if (meter instanceof Counter counter) {
            return FunctionCounter.builder(
                            counter.name(), counter, each -> each.count().getAsLong())
                    .tags(tags(counter.label()))
                    .description(counter.description())
                    .register(registry);
        }
        if (meter instanceof Gauge gauge) {
            return io.micrometer.core.instrument.Gauge.builder(
                            gauge.name(), gauge, each -> each.value().getAsDouble())
                    .tags(tags(gauge.label()))
                    .baseUnit(gauge.unit().orElse(null))
                    .description(gauge.description())
                    .register(registry);
        }
        Timer timer = (Timer) meter;
        return FunctionTimer.builder(
                        timer.name(),
                        timer,
                        each -> each.count().getAsLong(),
                        each -> each.nanos().getAsLong(),
                        TimeUnit.NANOSECONDS)
                .description(timer.description())
                .register(registry);
    }

    private static Tags tags(Optional<Label> label) {
        return label.map(each -> Tags.of(each.name(), each.value())).orElse(Tags.empty());
    }
}
