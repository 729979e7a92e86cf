package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.metrics.SessionMeter.Counter;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Label;
import dev.sessionttl.engine.metrics.SessionMeter.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's meters, by the names that dashboards are written against. Registries hold weakly what they ask for its value,
 * so whoever registers these holds on to them.
 */
public final class SessionMeters {
    static final String PREFIX = "claude.session.";

    /** What the agent may fail open at; each is there from boot at 0, so that a rate over it is never a gap. */
    private static final List<String> OPERATIONS = List.of(
            "find",
            "drop",
            "sweep",
            "timestamp",
            "clock",
            "observe",
            "weave",
            "enter",
            "exit",
            "registry",
            "jmx",
            "textfile");

    private final List<SessionMeter> all = new ArrayList<>();

    /** @param sites methods woven, by pointcut; read at every scrape */
    public SessionMeters(Tally tally, TableGauges table, Map<String, IntSupplier> sites) {
        counter("resume.failures", null, tally.resumeFailures, "Failed resumes seen: one an attempt");
        counter("vetoed.reads", null, tally.vetoedReads, "Reads of an id already known dead");
        counter("resume.unclassified", null, tally.unclassified, "A resume ended badly and no rule knew why");
        counter("expired", new Label("reason", "read"), tally.expiredAtRead, "Rows dropped for age");
        counter("expired", new Label("reason", "sweep"), tally.expiredBySweep, "Rows dropped for age");
        for (String operation : OPERATIONS) {
            all.add(new Counter(
                    PREFIX + "store.errors",
                    Optional.of(new Label("operation", operation)),
                    "Times the agent failed open",
                    () -> sum(tally.failedOpenByOperation().get(operation))));
        }
        sites.forEach((pointcut, methods) -> gauge(
                "sites",
                new Label("pointcut", pointcut),
                null,
                methods::getAsInt,
                "Methods that each pointcut is woven into"));
        all.add(new Timer(
                PREFIX + "resume.failure",
                "Time wasted by failed resumes",
                tally.resumeFailures::sum,
                tally.wastedNanos::sum));
        gauge("rows", null, null, table::rows, "Rows that hold a session id");
        gauge("oldest.age", null, "seconds", table::oldestAgeSeconds, "Age of the session unused for longest");
    }

    private void counter(String name, @Nullable Label label, LongAdder adder, String description) {
        all.add(new Counter(PREFIX + name, Optional.ofNullable(label), description, adder::sum));
    }

    private void gauge(
            String name, @Nullable Label label, @Nullable String unit, DoubleSupplier value, String description) {
        all.add(new Gauge(PREFIX + name, Optional.ofNullable(label), Optional.ofNullable(unit), description, value));
    }

    List<SessionMeter> all() {
        return all;
    }

    private static long sum(@Nullable LongAdder adder) {
        return adder == null ? 0 : adder.sum();
    }
}
