package dev.sessionttl.engine.resume;

import java.util.List;
import java.util.Optional;

/**
 * What a failure site saw of a resume that may have been refused.
 *
 * @param sessionId the id that was asked for, where the site knows it
 * @param key the values of the key columns, where the site knows them; else empty
 * @param text what there is to read
 * @param source the host's object that the text was found in: a throwable, a result
 * @param sinceNanos when the attempt began at the latest, by {@link System#nanoTime}; signals since then are of one attempt
 * @param attemptSeen whether the attempt ran inside the site, so that {@code sinceNanos} is its beginning
 */
public record Evidence(
        Optional<String> sessionId, List<?> key, String text, Object source, long sinceNanos, boolean attemptSeen) {}
