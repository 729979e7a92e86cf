package dev.sessionttl.engine.resume;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.report.Log;
import java.time.Duration;
import java.util.Optional;

/** Turns evidence into at most one failure an attempt. Any thread may call; nothing here blocks but the store. */
public final class Resumes {
    private final Sessions sessions;
    private final ExpiryEvents events;
    private final Attempts attempts = new Attempts();

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
        if (attempts.isFirstSignal(sessionId, evidence, now)) {
            events.resumeFailed(evidence.run()
                    .map(run -> Duration.ofNanos(now - run.beganNanos()))
                    .orElse(Duration.ZERO));
            tell(sessionId);
        }
        sessionId.ifPresent(id -> sessions.refused(id, evidence.key()));
        return sessionId;
    }

    /** A run of this id, begun at {@code sinceNanos}, ended well as far as its site can see. */
    public void succeeded(String sessionId, long sinceNanos) {
        if (sessions.isRefused(sessionId) && !attempts.countedSince(sessionId, sinceNanos)) {
            Log.info("session " + Log.shortened(sessionId) + " ran again: it is no longer vetoed");
            sessions.succeeded(sessionId);
        }
    }

    /** The agent itself throws this at the host instead of another attempt: it is no failure to be counted. */
    public void standsForNoAttempt(String sessionId, Throwable thrownAgain, CallChain chain) {
        attempts.remember(thrownAgain);
        chain.tell(Optional.of(sessionId), System.nanoTime());
    }

    private void tellOfBadEnd(Evidence evidence) {
        boolean isTold = evidence.run()
                .map(run -> !run.endedBadly() || run.chain().hasTold(Optional.empty(), run.beganNanos()))
                .orElse(true);
        if (!isTold && attempts.isFirstUnclassified(evidence.source())) {
            events.resumeUnclassified();
        }
    }

    private static void tell(Optional<String> sessionId) {
        sessionId.ifPresentOrElse(
                id -> Log.info("resume of session " + Log.shortened(id) + " was refused"),
                () -> Log.warnOnce(
                        "refusal without id",
                        "a resume was refused, but neither its site nor its text tells the id: nothing can be dropped; give"
                                + " the failure site a sessionId"));
    }
}
