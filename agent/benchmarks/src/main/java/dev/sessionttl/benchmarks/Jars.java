package dev.sessionttl.benchmarks;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that the build has left: the benchmarks' own, those of the hosts and of the other agents, the agent's. */
final class Jars {
    private Jars() {}

    /** What the small hosts are made of, and nothing else. */
    static Path hosts() {
        return built(own().resolveSibling("benchmarks-hosts.jar"));
    }

    /** Another agent, by the name of its artifact. */
    static Path peer(String artifact) {
        return built(own().resolveSibling("peers").resolve(artifact + ".jar"));
    }

    /** Classes that stand in {@code java.base} once the agent runs, for a measurement without it. */
    static Path door() {
        return built(own().resolveSibling("door"));
    }

    static Path agent() {
        return repository().resolve("agent/distribution/target/session-ttl-agent.jar");
    }

    static Path springBootHost() {
        return built(repository()
                .resolve("demo-orchestrator/spring-boot-jpa-hikari/target/demo-spring-boot-jpa-hikari.jar"));
    }

    /** The config that lies beside that host's source. */
    static Path springBootConfig() {
        return repository().resolve("demo-orchestrator/spring-boot-jpa-hikari/agents.json");
    }

    /** The jar that a class was loaded from. */
    static Path of(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path own() {
        return of(Jars.class);
    }

    /** From {@code agent/benchmarks/target/benchmarks.jar} upwards. */
    private static Path repository() {
        return own().resolve("../../../..").normalize();
    }

    private static Path built(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("no " + file + ": mvn -q -DskipTests package");
        }
        return file;
    }
}
