package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A way to start a host.
 *
 * @param name for people
 * @param options the JVM's
 * @param sweeps whether it drops the expired rows at the start
 */
record Variant(String name, List<String> options, boolean sweeps) {
    static final Variant BARE = new Variant("bare", List.of(), false);

    static Variant agent(Options options, Path config) {
        return new Variant("the agent", List.of(agentOption(options.agent(), config)), true);
    }

    /** @param config in JSON */
    static Path config(Path folder, String name, String config) throws IOException {
        return Files.writeString(folder.resolve(name), config);
    }

    static String agentOption(Path agent, Path config) {
        return "-javaagent:" + agent.toAbsolutePath() + "=" + config;
    }

    @Override
    public String toString() {
        return name;
    }
}
