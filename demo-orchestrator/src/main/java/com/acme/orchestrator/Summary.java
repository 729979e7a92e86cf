package com.acme.orchestrator;

import com.acme.orchestrator.DispatchReport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A run in numbers.
 *
 * @param dispatches tasks taken from the queue
 * @param resumesTried dispatches that had a stored session to go on with
 * @param refused resumes that the CLI refused
 * @param freshStarts dispatches done by a new session
 * @param failed dispatches done by nothing
 * @param wasted time spent in refused resumes, added up over all threads
 */
public record Summary(
        long dispatches, long resumesTried, long refused, long freshStarts, long failed, Duration wasted) {

    public static Summary of(List<DispatchReport> reports) {
        return new Summary(
                reports.size(),
                reports.stream().filter(report -> report.resumed().isPresent()).count(),
                reports.stream()
                        .filter(report -> report.refusedAfter().isPresent())
                        .count(),
                count(reports, Outcome.STARTED_FRESH),
                count(reports, Outcome.FAILED),
                reports.stream()
                        .flatMap(report -> report.refusedAfter().stream())
                        .reduce(Duration.ZERO, Duration::plus));
    }

    /** The wasted time in seconds, to a tenth. */
    public String wastedSeconds() {
        return String.format(Locale.ROOT, "%.1f", wasted.toMillis() / 1000.0);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d dispatches, %d resumes tried, %d refused, %d fresh starts, %d failed, %s s wasted",
                dispatches,
                resumesTried,
                refused,
                freshStarts,
                failed,
                wastedSeconds());
    }

    private static long count(List<DispatchReport> reports, Outcome outcome) {
        return reports.stream().filter(report -> report.outcome() == outcome).count();
    }
}
