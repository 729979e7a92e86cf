package dev.sessionttl.engine.expiry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ids that a resume of is known to run in this JVM. There are two counts, because a failure site and the process in which
 * a resume runs may both tell of the same one: added up, one resume would look like two, and its refusal like a passing one.
 * Any thread may call.
 */
final class RunningResumes {
    private final Map<String, Integer> atSites = new ConcurrentHashMap<>();
    private final Map<String, Integer> inProcesses = new ConcurrentHashMap<>();

    void beganAtSite(String sessionId) {
        began(atSites, sessionId);
    }

    void endedAtSite(String sessionId) {
        ended(atSites, sessionId);
    }

    void processBegan(String sessionId) {
        began(inProcesses, sessionId);
    }

    void processEnded(String sessionId) {
        ended(inProcesses, sessionId);
    }

    /** Whether any is under way, whoever tells of it. */
    boolean any(String sessionId) {
        return of(atSites, sessionId) > 0 || of(inProcesses, sessionId) > 0;
    }

    /** How many failure sites' calls are under way. */
    int atSites(String sessionId) {
        return of(atSites, sessionId);
    }

    private static void began(Map<String, Integer> running, String sessionId) {
        running.merge(sessionId, 1, Integer::sum);
    }

    private static void ended(Map<String, Integer> running, String sessionId) {
        running.computeIfPresent(sessionId, (id, runs) -> runs == 1 ? null : runs - 1);
    }

    private static int of(Map<String, Integer> running, String sessionId) {
        return running.isEmpty() ? 0 : running.getOrDefault(sessionId, 0);
    }
}
