package dev.sessionttl.engine.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The processes in which the host runs an agent's CLI.
 *
 * @param watch whether resumes are watched there at all
 * @param patterns for commands in which a session is named in a way of the host's own; each has a group named {@code id}
 */
public record ProcessesConfig(boolean watch, StaleProcess stale, List<Pattern> patterns) {
    public ProcessesConfig {
        patterns = List.copyOf(patterns);
    }
}
