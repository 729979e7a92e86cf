package dev.sessionttl.engine.resume;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The runs of agents' CLIs in this JVM, those that are under way and the last that ended, by session id. Any thread may call.
 */
final class ProcessRuns {
    private static final int IDS_REMEMBERED = 1_000;
    private static final int RUNS_REMEMBERED = 8;

    /** A run, and when it ended by {@link System#nanoTime}. */
    private static final class Span {
        final ProcessRun run;
        boolean isLive = true;
        boolean wasRefused;
        long endedNanos;

        Span(ProcessRun run) {
            this.run = run;
        }
    }

    private final Map<String, Deque<Span>> spans = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Span>> eldest) {
            return size() > IDS_REMEMBERED && eldest.getValue().stream().noneMatch(span -> span.isLive);
        }
    };

    synchronized void began(String sessionId, ProcessRun run) {
        Deque<Span> ofId = spans.computeIfAbsent(sessionId, unused -> new ArrayDeque<>(2));
        if (ofId.size() >= RUNS_REMEMBERED && !ofId.getFirst().isLive) {
            ofId.removeFirst();
        }
        ofId.addLast(new Span(run));
    }

    synchronized void ended(String sessionId, ProcessRun run, long nowNanos, boolean wasRefused) {
        for (Span span : spans.getOrDefault(sessionId, new ArrayDeque<>())) {
            if (span.run == run) {
                span.isLive = false;
                span.endedNanos = nowNanos;
                span.wasRefused = wasRefused;
            }
        }
    }

    /**
     * Whether another run of the same id, not itself refused, was alive while this one ran: the CLI refuses an id whose
     * process has not exited yet, and takes it a second later.
     */
    synchronized boolean ranBesideAnother(String sessionId, ProcessRun run) {
        return spans.getOrDefault(sessionId, new ArrayDeque<>()).stream()
                .anyMatch(span ->
                        span.run != run && !span.wasRefused && (span.isLive || span.endedNanos - run.beganNanos >= 0));
    }

    /** Hands what a failure site has seen to the run of that id that is under way; its end decides. */
    synchronized boolean hear(String sessionId, String text) {
        Optional<Span> live = spans.getOrDefault(sessionId, new ArrayDeque<>()).stream()
                .filter(span -> span.isLive)
                .reduce((earlier, later) -> later);
        live.ifPresent(span -> span.run.hear(text));
        return live.isPresent();
    }
}
