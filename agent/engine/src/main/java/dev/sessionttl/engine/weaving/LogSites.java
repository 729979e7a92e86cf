package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.config.LogConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The loggers that the config names as failure sites, and where they are woven. Any thread may ask. */
public final class LogSites {
    private final List<LogFailure> failures;
    private final LoggerNames others = new LoggerNames();
    /** By library: of a class that several targets name, one is enough. */
    private final Map<String, Set<String>> wovenMethods = new LinkedHashMap<>();

    LogSites(List<LogConfig> configs) {
        this.failures = configs.stream().map(LogFailure::new).toList();
        if (!failures.isEmpty()) {
            LogBackend.ALL.forEach(backend -> wovenMethods.put(backend.library(), new ConcurrentSkipListSet<>()));
        }
    }

    public List<LogFailure> failures() {
        return failures;
    }

    /** The libraries that loggers are looked for in. */
    public Set<String> libraries() {
        return Set.copyOf(wovenMethods.keySet());
    }

    /** How many methods of logging libraries are woven; each serves every logger. */
    public int wovenMethods() {
        return wovenMethods.values().stream().mapToInt(Set::size).sum();
    }

    /** The loggers that have logged and that no failure names, the first of them; to be asked for once. */
    public List<String> otherLoggers() {
        return others.take();
    }

    /** Nothing is woven into a logging library for a config that names no logger. */
    List<Target> targets() {
        if (failures.isEmpty()) {
            return List.of();
        }
        List<Target> targets = new ArrayList<>();
        for (LogBackend backend : LogBackend.ALL) {
            targets.add(Target.of(
                    failures.get(0).place(),
                    backend.pointcut(),
                    new LogSite(backend, failures, others),
                    Objects.requireNonNull(wovenMethods.get(backend.library()))));
        }
        return targets;
    }
}
