package dev.sessionttl.engine.resume;

import dev.sessionttl.engine.resume.Evidence.Run;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a new failed attempt from another signal of one already counted: an exception that was wrapped on its way up, a
 * result passed on to a handler, an error line that came before both. Any thread may call.
 */
final class Attempts {
    /**
     * Signals of one id that come closer together than this belong to one attempt, where its beginning was not seen: the
     * CLI takes longer than that to refuse the next (0.4 s, measured).
     */
    private static final long ONE_ATTEMPT_NANOS = Duration.ofMillis(400).toNanos();

    private static final int REMEMBERED = 1_000;

    /**
     * An id's last failure.
     *
     * @param handledNanos when the host went on; what the agent did meanwhile is no time of the attempts
     * @param by who saw it
     */
    private record Counted(long atNanos, long handledNanos, By by) {
        Counted(long atNanos, By by) {
            this(atNanos, atNanos, by);
        }
    }

    private enum By {
        /** A site that was only told, so that a run which began before it may still show the same failure. */
        TOLD,
        /** A failure site's call in which the attempt ran. */
        SITE,
        /** The attempt's own process: whatever sites see of that attempt, before or after, is nothing new. */
        PROCESS
    }

    /** By session id; the eldest are forgotten first. */
    private final Map<String, Counted> counted = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Counted> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** When a run of each id was last seen to end well; the eldest are forgotten first. */
    private final Map<String, Long> succeeded = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** When the last failure was handled, whoever's; null where none was. */
    private @Nullable Long lastHandledNanos;

    private final SeenObjects sources = new SeenObjects();
    private final SeenObjects unclassified = new SeenObjects();

    /** Whether this is the first signal of its attempt; from then on it is not. */
    synchronized boolean isFirstSignal(Optional<String> sessionId, Evidence evidence, long nowNanos) {
        boolean known = isKnown(evidence.source()) || wasCounted(sessionId, evidence.run(), nowNanos);
        remember(evidence.source());
        evidence.run().ifPresent(run -> run.chain().tell(sessionId, nowNanos));
        if (!known) {
            By by = evidence.run().isPresent() ? By.SITE : By.TOLD;
            lastHandledNanos = nowNanos;
            sessionId.ifPresent(id -> count(id, new Counted(nowNanos, by)));
        }
        return !known;
    }

    /** As {@link #isFirstSignal}, of the process itself in which the attempt ran. */
    synchronized boolean isFirstOfProcess(String sessionId, Run run, long nowNanos) {
        boolean known = wasCounted(Optional.of(sessionId), Optional.of(run), nowNanos);
        run.chain().tell(Optional.of(sessionId), nowNanos);
        lastHandledNanos = nowNanos;
        count(sessionId, new Counted(nowNanos, By.PROCESS));
        return !known;
    }

    /** Whether the process of this attempt has told of it. */
    synchronized boolean wasToldByProcess(String sessionId, Optional<Run> run) {
        Counted last = counted.get(sessionId);
        return last != null
                && last.by() == By.PROCESS
                && (run.isEmpty() || last.atNanos() - run.get().beganNanos() >= 0);
    }

    private boolean wasCounted(Optional<String> sessionId, Optional<Run> run, long nowNanos) {
        if (run.isPresent() && run.get().chain().hasTold(sessionId, run.get().beganNanos())) {
            return true;
        }
        if (run.isEmpty() && sessionId.isEmpty()) {
            // Whose it is no one knows; that of an attempt which was counted a moment ago is the likeliest.
            return lastHandledNanos != null && nowNanos - lastHandledNanos < ONE_ATTEMPT_NANOS;
        }
        Counted last = sessionId.map(counted::get).orElse(null);
        if (last == null) {
            return false;
        }
        if (run.isEmpty()) {
            return nowNanos - last.handledNanos() < ONE_ATTEMPT_NANOS;
        }
        // Another run's failure is another attempt's; one that was only told is this run's own, and no second run's.
        boolean isOwn = last.by() == By.TOLD && last.atNanos() - run.get().beganNanos() >= 0;
        if (isOwn) {
            count(sessionId.orElseThrow(), new Counted(last.atNanos(), By.SITE));
        }
        return isOwn;
    }

    /** The agent has done what there is to do about a failure, and the host goes on. */
    synchronized void handled(Optional<String> sessionId, long nowNanos) {
        lastHandledNanos = nowNanos;
        sessionId.ifPresent(
                id -> counted.computeIfPresent(id, (same, last) -> new Counted(last.atNanos(), nowNanos, last.by())));
    }

    private void count(String sessionId, Counted failure) {
        counted.remove(sessionId);
        counted.put(sessionId, failure);
    }

    synchronized boolean countedSince(String sessionId, long nanos) {
        Counted last = counted.get(sessionId);
        return last != null && last.atNanos() - nanos >= 0;
    }

    synchronized void succeeded(String sessionId, long nowNanos) {
        succeeded.remove(sessionId);
        succeeded.put(sessionId, nowNanos);
    }

    synchronized boolean succeededSince(String sessionId, long nanos) {
        Long at = succeeded.get(sessionId);
        return at != null && at - nanos >= 0;
    }

    /** Whether this object, or one that it wraps, was seen in a failure already. */
    synchronized boolean isKnown(Object source) {
        return sources.contain(source);
    }

    /** This object, or one that wraps it, is no sign of another attempt. */
    synchronized void remember(Object source) {
        sources.add(source);
    }

    /** Whether this is the first sign of a bad end that no rule knows; a rule that does may still come to see it. */
    synchronized boolean isFirstUnclassified(Object source) {
        boolean known = sources.contain(source) || unclassified.contain(source);
        unclassified.add(source);
        return !known;
    }
}
