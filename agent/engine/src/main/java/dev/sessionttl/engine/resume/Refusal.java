package dev.sessionttl.engine.resume;

import java.util.Optional;

/**
 * A text said that there is no such conversation.
 *
 * @param sessionId the id that the text names, where it names one
 */
public record Refusal(Optional<String> sessionId) {
    /**
     * Whether the text speaks of another session than the one that was asked for: then it refused nothing of ours. A host
     * may have cut the id short, so a common beginning is the same session.
     */
    boolean isOfAnotherThan(String requested) {
        return sessionId.filter(named -> !startWithTheSame(named, requested)).isPresent();
    }

    private static boolean startWithTheSame(String named, String requested) {
        int common = Math.min(named.length(), requested.length());
        return named.regionMatches(true, 0, requested, 0, common);
    }
}
