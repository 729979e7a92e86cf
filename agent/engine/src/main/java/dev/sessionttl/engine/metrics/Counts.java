package dev.sessionttl.engine.metrics;

import java.util.SortedMap;

/**
 * The counters at one moment, as the meters show them.
 *
 * @param secondsWasted by the failed resumes whose start was seen
 * @param measuredFailures how many those are
 * @param withheldIds ids that were withheld at a read, as expired or known dead, each once however often it was read
 * @param failedOpen by operation; those that never failed are not there
 */
public record Counts(
        long resumeFailures,
        double secondsWasted,
        long measuredFailures,
        long unclassified,
        long vetoedReads,
        long withheldIds,
        long expiredAtRead,
        long expiredBySweep,
        SortedMap<String, Long> failedOpen) {}
