package dev.sessionttl.engine.metrics;

import java.time.Instant;

/**
 * What happened in one hour.
 *
 * @param from when it began, by the wall clock as it is now
 * @param expired rows dropped for age, at reads and by sweeps
 */
public record Hour(Instant from, long resumeFailures, long expired) {}
