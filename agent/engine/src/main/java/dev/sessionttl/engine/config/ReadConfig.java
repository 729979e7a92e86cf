package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;

/**
 * A host method that hands out a stored session id. It has a key, or a session id, or both.
 *
 * @param place where it is written, for problems found later: {@code config/agents.json:18:17 sessionTtl.reads[0]}
 * @param at the pointcut; its syntax is not checked here
 * @param key value paths, one for each column of {@link StoreConfig#key()} and in that order; empty: not decided by key
 * @param sessionId value path that starts with {@code return}
 */
public record ReadConfig(String place, String at, List<String> key, Optional<String> sessionId) {
    public ReadConfig {
        key = List.copyOf(key);
    }
}
