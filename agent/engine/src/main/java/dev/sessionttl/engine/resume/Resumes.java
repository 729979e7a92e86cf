package dev.sessionttl.engine.resume;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.resume.Evidence.Run;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns evidence into at most one failure an attempt. Any thread may call; nothing here blocks but the store. */
public final class Resumes {
    private final Sessions sessions;
    private final ExpiryEvents events;
    private final Attempts attempts = new Attempts();
    private final ProcessRuns processes = new ProcessRuns();

    public Resumes(Sessions sessions, ExpiryEvents events) {
        this.sessions = sessions;
        this.events = events;
    }

    /**
     * A resume may have ended badly.
     *
     * @return the id that was refused; empty where nothing was, or no one knows which
     */
    public Optional<String> ended(RefusalText refusals, Evidence evidence) {
        Optional<Refusal> refusal = refusals.in(evidence.text())
                .filter(found ->
                        evidence.sessionId().filter(found::isOfAnotherThan).isEmpty());
        long now = System.nanoTime();
        if (refusal.isEmpty()) {
            tellOfBadEnd(evidence);
            return Optional.empty();
        }
        Optional<String> sessionId = evidence.sessionId().or(refusal.get()::sessionId);
        if (sessionId.isPresent() && isAProcessMatter(sessionId.get(), evidence)) {
            return sessionId;
        }
        boolean isFirst = attempts.isFirstSignal(sessionId, evidence, now);
        if (isFirst) {
            events.resumeFailed(evidence.run()
                    .map(run -> Duration.ofNanos(now - run.beganNanos()))
                    .orElse(Duration.ZERO));
            tell(sessionId);
        }
        sessionId.ifPresent(id -> sessions.refused(id, evidence.key()));
        if (isFirst) {
            attempts.handled(sessionId, System.nanoTime());
        }
        return sessionId;
    }

    /** Where the attempt's own process is watched, its exit code decides, and what it came to is told by it alone. */
    private boolean isAProcessMatter(String sessionId, Evidence evidence) {
        if (processes.hear(sessionId, evidence.text())) {
            return true;
        }
        boolean wasTold = attempts.wasToldByProcess(sessionId, evidence.run());
        if (wasTold) {
            attempts.remember(evidence.source());
        }
        return wasTold;
    }

    ProcessRuns processes() {
        return processes;
    }

    /**
     * A process that was to resume this id ended badly.
     *
     * @param errors the CLI's own words
     * @param isTransient whether the id may be accepted again in a moment
     * @return whether the resume was refused
     */
    boolean refusedByProcess(String sessionId, String errors, Run run, boolean isTransient) {
        boolean refused = RefusalText.ofAnyCli()
                .in(errors)
                .filter(refusal -> !refusal.isOfAnotherThan(sessionId))
                .isPresent();
        if (!refused) {
            return false;
        }
        long now = System.nanoTime();
        if (attempts.isFirstOfProcess(sessionId, run, now)) {
            events.resumeFailed(Duration.ofNanos(now - run.beganNanos()));
            tell(Optional.of(sessionId));
        }
        if (isTransient) {
            Log.info("session " + Log.shortened(sessionId)
                    + " was refused while another process of it was running: it is kept");
        } else {
            sessions.isDead(sessionId, List.of());
        }
        attempts.handled(Optional.of(sessionId), System.nanoTime());
        return true;
    }

    /** Whether a process's bad end is one that nobody has come to explain; from then on it is counted. */
    boolean isUnexplained(String sessionId, long sinceNanos, CallChain chain) {
        if (attempts.countedSince(sessionId, sinceNanos) || chain.hasToldUnexplained(sinceNanos)) {
            return false;
        }
        chain.tellUnexplained(System.nanoTime());
        return true;
    }

    /** A run of this id, begun at {@code sinceNanos}, ended well as far as its site can see. */
    public void succeeded(String sessionId, long sinceNanos) {
        attempts.succeeded(sessionId, System.nanoTime());
        sessions.ranWell(sessionId);
        if (sessions.wasRefused(sessionId) && !attempts.countedSince(sessionId, sinceNanos)) {
            Log.info("session " + Log.shortened(sessionId) + " ran again: it is no longer vetoed");
            sessions.succeeded(sessionId);
        }
    }

    /** Whether a run of this id was seen to end well since then, by {@link System#nanoTime}: what failed later is another's. */
    public boolean hasSucceededSince(String sessionId, long nanos) {
        return attempts.succeededSince(sessionId, nanos);
    }

    /** The agent itself throws this at the host instead of another attempt: it is no failure to be counted. */
    public void standsForNoAttempt(String sessionId, Throwable thrownAgain, CallChain chain) {
        attempts.remember(thrownAgain);
        chain.tell(Optional.of(sessionId), System.nanoTime());
    }

    private void tellOfBadEnd(Evidence evidence) {
        boolean isTold = evidence.run()
                .map(run -> !run.endedBadly()
                        || run.chain().hasTold(Optional.empty(), run.beganNanos())
                        || run.chain().hasToldUnexplained(run.beganNanos()))
                .orElse(true);
        if (!isTold && attempts.isFirstUnclassified(evidence.source())) {
            evidence.run().ifPresent(run -> run.chain().tellUnexplained(System.nanoTime()));
            events.resumeUnclassified();
        }
    }

    private static void tell(Optional<String> sessionId) {
        sessionId.ifPresentOrElse(
                id -> Log.info("resume of session " + Log.shortened(id) + " was refused"),
                () -> Log.warnOnce(
                        "refusal without id",
                        "a resume was refused, but neither its site nor its text tells the id: nothing can be dropped; give"
                                + " the failure site a sessionId, or its \"matches\" a group named id"));
    }
}
