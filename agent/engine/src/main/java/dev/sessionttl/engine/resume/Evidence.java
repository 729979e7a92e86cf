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
 * @param run the call in which the attempt ran; empty where the site is only told of an attempt that ran elsewhere
 */
public record Evidence(Optional<String> sessionId, List<?> key, String text, Object source, Optional<Run> run) {
    /**
     * A call of a failure site, from its beginning to its end.
     *
     * @param beganNanos by {@link System#nanoTime}
     * @param chain shared by the failure sites' calls that this one is nested in
     * @param endedBadly whether the call itself shows that it failed, known text or not, and no outer one will tell of it
     */
    public record Run(long beganNanos, CallChain chain, boolean endedBadly) {}
}
