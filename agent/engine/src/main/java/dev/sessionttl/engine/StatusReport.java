package dev.sessionttl.engine;

import dev.sessionttl.engine.metrics.Counts;
import dev.sessionttl.engine.metrics.Hour;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.status.AgentVersion;
import dev.sessionttl.engine.status.StateRules;
import dev.sessionttl.engine.status.StateRules.Signs;
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.store.JdbcTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Gathers what the status is made of, each time anyone asks. Any thread may call; it waits for nothing. */
final class StatusReport implements Supplier<Status> {
    private final Supplier<Status.Config> config;
    private final Tally tally;
    private final Optional<JdbcTable> table;
    private final TableFacts facts;
    private final Optional<Sweeps> sweeps;
    private final SiteReport sites;
    private final LongSupplier nanoTime;
    private final Instant startedAt;
    private final long startedNanos;
    private final String version = AgentVersion.read();

    /** @param config as it is in force at the moment it is asked for */
    StatusReport(
            Supplier<Status.Config> config,
            Tally tally,
            Optional<JdbcTable> table,
            TableFacts facts,
            Optional<Sweeps> sweeps,
            SiteReport sites,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.config = config;
        this.tally = tally;
        this.table = table;
        this.facts = facts;
        this.sweeps = sweeps;
        this.sites = sites;
        this.nanoTime = nanoTime;
        this.startedAt = clock.instant();
        this.startedNanos = nanoTime.getAsLong();
    }

    @Override
    public Status get() {
        // Before the counts: no hour may tell of more than there is in all.
        List<Hour> hours = tally.lastHours();
        Counts counts = tally.counts();
        Status.Config inForce = config.get();
        Status.Table rows = new Status.Table(known(facts.rows()), seconds(facts.oldestAgeSeconds()));
        long avoided = counts.withheldIds();
        return new Status(
                new Status.Agent(version, startedAt, Duration.ofNanos(nanoTime.getAsLong() - startedNanos)),
                StateRules.stateBy(new Signs(
                        inForce,
                        tally.lastTrouble(),
                        facts.trouble(),
                        table.filter(JdbcTable::isLeftInPeace).isPresent(),
                        table.filter(JdbcTable::hasRowLocks).isEmpty(),
                        sites.sites(),
                        sites.areDue())),
                new Status.ResumeFailures(
                        counts.resumeFailures(), sum(hours, Hour::resumeFailures), counts.unclassified()),
                new Status.Expired(counts.expiredAtRead(), counts.expiredBySweep(), sum(hours, Hour::expired)),
                counts.vetoedReads(),
                counts.failedOpen(),
                counts.secondsWasted(),
                avoided,
                counts.measuredFailures() == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(avoided * counts.secondsWasted() / counts.measuredFailures()),
                rows,
                sweeps.flatMap(Sweeps::last),
                sites.sites(),
                inForce,
                hours);
    }

    private static long sum(List<Hour> hours, ToLongFunction<Hour> count) {
        return hours.stream().mapToLong(count).sum();
    }

    private static OptionalLong known(double count) {
        return Double.isNaN(count) ? OptionalLong.empty() : OptionalLong.of((long) count);
    }

    private static OptionalDouble seconds(double age) {
        return Double.isNaN(age) ? OptionalDouble.empty() : OptionalDouble.of(age);
    }
}
