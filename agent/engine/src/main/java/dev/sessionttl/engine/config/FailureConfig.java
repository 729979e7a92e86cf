package dev.sessionttl.engine.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host method where a failed resume can be seen.
 *
 * @param place where it is written, for problems found later: {@code config/agents.json:21:17 sessionTtl.failures[0]}
 * @param at the pointcut; its syntax is not checked here
 * @param sessionId value path to the id; empty: the id is taken from the text
 * @param key value paths, one for each column of {@link StoreConfig#key()} and in that order; empty: by id alone
 * @param text value path whose text is matched; {@code thrown} unless told otherwise
 * @param matches what the text of a failed resume matches; empty: the Claude CLI's own refusals
 */
public record FailureConfig(
        String place, String at, Optional<String> sessionId, List<String> key, String text, Optional<Pattern> matches) {
    public FailureConfig {
        key = List.copyOf(key);
    }
}
