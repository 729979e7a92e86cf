package dev.sessionttl.engine.resume;

import java.util.List;
import java.util.Optional;

/**
 * A command that runs an agent's CLI.
 *
 * @param resumed the id of the session that it goes on with; empty where it begins one
 * @param begun the id that the host has chosen for the session that it begins
 * @param fresh the same command without the words that name the session; empty where they cannot be told from the others
 */
public record AgentCommand(Optional<String> resumed, Optional<String> begun, Optional<List<String>> fresh) {
    /** One that goes on with no session. */
    public static AgentCommand beginning(Optional<String> sessionId) {
        return new AgentCommand(Optional.empty(), sessionId, Optional.empty());
    }
}
