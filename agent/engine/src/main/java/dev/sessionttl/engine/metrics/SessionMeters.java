package dev.sessionttl.engine.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The agent's meters, by the names that dashboards are written against. */
public final class SessionMeters implements MeterBinder {
    static final String RESUME_FAILURES = "claude.session.resume.failures";
    static final String EXPIRED = "claude.session.expired";
    static final String VETOED_READS = "claude.session.vetoed.reads";
    static final String UNCLASSIFIED = "claude.session.resume.unclassified";
    static final String STORE_ERRORS = "claude.session.store.errors";
    static final String SITES = "claude.session.sites";
    static final String RESUME_FAILURE_TIME = "claude.session.resume.failure";
    static final String ROWS = "claude.session.rows";
    static final String OLDEST_AGE = "claude.session.oldest.age";

    /** What the agent may fail open at; each is there from boot at 0, so that a rate over it is never a gap. */
    private static final List<String> OPERATIONS =
            List.of("find", "drop", "sweep", "timestamp", "clock", "observe", "weave", "enter", "exit");

    private final Tally tally;
    private final TableGauges table;
    private final Map<String, IntSupplier> sites;

    /** @param sites methods woven, by pointcut; read at every scrape */
    public SessionMeters(Tally tally, TableGauges table, Map<String, IntSupplier> sites) {
        this.tally = tally;
        this.table = table;
        this.sites = sites;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, RESUME_FAILURES, tally.resumeFailures, "Failed resumes seen: one an attempt");
        counter(registry, VETOED_READS, tally.vetoedReads, "Reads of an id already known dead");
        counter(registry, UNCLASSIFIED, tally.unclassified, "A resume ended badly and no rule knew why");
        expired(registry, "read", tally.expiredAtRead);
        expired(registry, "sweep", tally.expiredBySweep);
        OPERATIONS.forEach(operation -> FunctionCounter.builder(
                        STORE_ERRORS,
                        tally,
                        counted -> sum(counted.failedOpenByOperation().get(operation)))
                .tag("operation", operation)
                .description("Times the agent failed open")
                .register(registry));
        sites.forEach((pointcut, methods) -> Gauge.builder(SITES, methods::getAsInt)
                .tag("pointcut", pointcut)
                .description("Methods that each pointcut is woven into")
                .register(registry));
        FunctionTimer.builder(
                        RESUME_FAILURE_TIME,
                        tally,
                        counted -> counted.resumeFailures.sum(),
                        counted -> counted.wastedNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("Time wasted by failed resumes")
                .register(registry);
        gauge(registry, ROWS, null, TableGauges::rows, "Rows that hold a session id");
        gauge(registry, OLDEST_AGE, "seconds", TableGauges::oldestAgeSeconds, "Age of the session unused for longest");
    }

    private static void counter(MeterRegistry registry, String name, LongAdder adder, String description) {
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    private static void expired(MeterRegistry registry, String reason, LongAdder adder) {
        FunctionCounter.builder(EXPIRED, adder, LongAdder::sum)
                .tag("reason", reason)
                .description("Rows dropped for age")
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            ToDoubleFunction<TableGauges> value,
            String description) {
        Gauge.builder(name, table, value)
                .baseUnit(unit)
                .description(description)
                // A registry holds its gauges' objects weakly: the facts would be NaN from the next collection on.
                .strongReference(true)
                .register(registry);
    }

    private static double sum(@Nullable LongAdder adder) {
        return adder == null ? 0 : adder.sum();
    }
}
