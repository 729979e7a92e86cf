package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;

/**
 * A host method that hands out a stored session id, or uses one. It has a key, a session id, or something to do on entry.
 *
 * @param place where it is written, for problems found later: {@code config/agents.json:18:17 sessionTtl.reads[0]}
 * @param at the pointcut; its syntax is not checked here
 * @param key value paths, one for each column of {@link StoreConfig#key()} and in that order; empty: not decided by key
 * @param sessionId value path that starts with {@code return}
 * @param onEnter what becomes of a stale id before the method runs
 * @param absent what is handed out when there is no session; empty: what the method's return type has for that
 */
public record ReadConfig(
        String place,
        String at,
        List<String> key,
        Optional<String> sessionId,
        Optional<OnEnter> onEnter,
        Optional<String> absent) {
    /** The value of {@code absent} by which only the id is left out of what is handed out. */
    public static final String NULL_FIELD = "null-field";

    public ReadConfig {
        key = List.copyOf(key);
    }

    /**
     * @param clear value path of the field that holds the id, from {@code this} or {@code argN}
     * @param call the host's own method that is called instead of setting that field to null
     */
    public record OnEnter(String clear, Optional<String> call) {}
}
