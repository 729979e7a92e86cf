package dev.sessionttl.engine.resume;

import java.util.List;
import java.util.Optional;

/**
 * A command that runs an agent's CLI.
 *
 * @param resumed the id of the session that it goes on with; empty where it begins one
 * @param fresh the same command without the words that name the session; empty where they cannot be told from the others
 */
public record AgentCommand(Optional<String> resumed, Optional<List<String>> fresh) {}
