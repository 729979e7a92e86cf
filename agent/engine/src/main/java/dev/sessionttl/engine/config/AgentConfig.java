package dev.sessionttl.engine.config;

import java.nio.file.Path;
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
 * @param audit where to write what was dropped, with whole session ids; empty: nowhere
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
        MetricsConfig metrics,
        Optional<Path> audit) {
    public AgentConfig {
        reads = List.copyOf(reads);
        failures = List.copyOf(failures);
        logs = List.copyOf(logs);
    }

    /** This where it may change while the host runs, and the rest as in the one that the host was started with. */
    public AgentConfig withRestOf(AgentConfig started) {
        return new AgentConfig(
                enabled,
                dryRun,
                maxSessionAgeMillis,
                started.store,
                reads,
                failures,
                logs,
                started.processes,
                started.http,
                started.metrics,
                started.audit);
    }
}
