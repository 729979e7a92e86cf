package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;

/**
 * Everything the agent was told, with defaults where it was told nothing. Immutable; any thread may read it.
 *
 * @param enabled false: the agent weaves nothing and sweeps nothing
 * @param dryRun true: the agent decides and counts, but neither deletes a row nor withholds a session id
 * @param maxSessionAgeMillis ms; a row is expired when its age is greater; 0 switches expiry by age off
 * @param reads the read sites that are in order, as the file lists them
 * @param failures the failure sites that are in order, as the file lists them
 * @param logs the loggers, among the failure sites, that are in order
 * @param http where to serve metrics and status; empty: no port is opened
 */
public record AgentConfig(
        boolean enabled,
        boolean dryRun,
        long maxSessionAgeMillis,
        StoreConfig store,
        List<ReadConfig> reads,
        List<FailureConfig> failures,
        List<LogConfig> logs,
        ProcessesConfig processes,
        Optional<HttpConfig> http,
        MetricsConfig metrics) {
    public AgentConfig {
        reads = List.copyOf(reads);
        failures = List.copyOf(failures);
        logs = List.copyOf(logs);
    }
}
