package dev.sessionttl.engine.config;

import dev.sessionttl.engine.report.Problem;
import java.util.List;

/**
 * A config that can be worked with, and all that was wrong with what it was read from.
 *
 * @param problems in the order of the file, then the environment's, then the system properties'
 */
public record LoadedConfig(AgentConfig config, List<Problem> problems) {
    public LoadedConfig {
        problems = List.copyOf(problems);
    }
}
