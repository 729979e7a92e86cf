package dev.sessionttl.engine.expiry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The ids that a resume of is known to run in this JVM, with how many. Any thread may call. */
final class RunningResumes {
    private final Map<String, Integer> running = new ConcurrentHashMap<>();

    void began(String sessionId) {
        running.merge(sessionId, 1, Integer::sum);
    }

    void ended(String sessionId) {
        running.computeIfPresent(sessionId, (id, runs) -> runs == 1 ? null : runs - 1);
    }

    int of(String sessionId) {
        return running.isEmpty() ? 0 : running.getOrDefault(sessionId, 0);
    }
}
