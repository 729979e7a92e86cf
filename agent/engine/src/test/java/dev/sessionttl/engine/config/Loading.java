package dev.sessionttl.engine.config;

import dev.sessionttl.engine.report.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Loads configs that a test writes as text. */
final class Loading {
    /** Stands in a document where a problem is expected to point at. */
    static final String MARK = "¦";

    private Loading() {}

    static LoadedConfig load(String json) {
        return load(json, Map.of(), Map.of());
    }

    static LoadedConfig load(String json, Map<String, String> environment, Map<String, String> systemProperties) {
        try {
            Path file = Files.createTempFile("agents", ".json");
            try {
                Files.writeString(file, json.replace(MARK, ""));
                return withShortPlaces(load(file, environment, systemProperties), file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static LoadedConfig load(Path file, Map<String, String> environment, Map<String, String> systemProperties) {
        Properties properties = new Properties();
        properties.putAll(systemProperties);
        return ConfigLoader.load(file, environment, properties);
    }

    /** A document whose sessionTtl has these entries. */
    static String withEntries(String entries) {
        return "{ \"sessionTtl\": {\n" + entries + "\n} }";
    }

    /** Where the mark stands, as problems write it. */
    static String markedPlace(String json, String path) {
        String before = json.substring(0, json.indexOf(MARK));
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.length() - before.lastIndexOf('\n');
        return "agents.json:" + line + ":" + column + (path.isEmpty() ? "" : " " + path);
    }

    private static LoadedConfig withShortPlaces(LoadedConfig loaded, Path file) {
        AgentConfig config = loaded.config();
        List<Problem> problems = new ArrayList<>();
        for (Problem problem : loaded.problems()) {
            problems.add(new Problem(shortened(problem.place(), file), problem.what(), problem.remedy()));
        }
        List<ReadConfig> reads = new ArrayList<>();
        for (ReadConfig read : config.reads()) {
            reads.add(new ReadConfig(
                    shortened(read.place(), file),
                    read.at(),
                    read.key(),
                    read.sessionId(),
                    read.onEnter(),
                    read.absent()));
        }
        List<FailureConfig> failures = new ArrayList<>();
        for (FailureConfig failure : config.failures()) {
            failures.add(new FailureConfig(
                    shortened(failure.place(), file),
                    failure.at(),
                    failure.sessionId(),
                    failure.key(),
                    failure.text(),
                    failure.matches()));
        }
        List<LogConfig> logs = new ArrayList<>();
        for (LogConfig log : config.logs()) {
            logs.add(new LogConfig(shortened(log.place(), file), log.logger(), log.level(), log.matches()));
        }
        return new LoadedConfig(
                new AgentConfig(
                        config.enabled(),
                        config.dryRun(),
                        config.maxSessionAgeMillis(),
                        config.store(),
                        reads,
                        failures,
                        logs,
                        config.processes(),
                        config.http(),
                        config.metrics(),
                        config.audit()),
                problems);
    }

    private static String shortened(String place, Path file) {
        return place.replace(file.toString(), "agents.json");
    }
}
