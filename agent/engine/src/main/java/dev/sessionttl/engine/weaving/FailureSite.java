package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.CallChain;
import dev.sessionttl.engine.resume.Evidence;
import dev.sessionttl.engine.resume.Evidence.Run;
import dev.sessionttl.engine.resume.RefusalText;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Ending;
import dev.sessionttl.engine.weaving.Calls.LastingCall;
import dev.sessionttl.engine.weaving.KnownFailures.Again;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A host method where a failed resume can be seen.
 *
 * @param sessionId path to the id; empty where only the text tells it
 * @param key paths to the values of the key columns, where they can be told
 * @param text path to the text; on {@code thrown} and {@code return…} the attempt runs inside the method, on an argument
 *     the method is only told of it
 * @param refusals which texts are refusals
 * @param known the failures that this method was seen to throw
 */
record FailureSite(
        Optional<ValuePath> sessionId, List<ValuePath> key, ValuePath text, RefusalText refusals, KnownFailures known)
        implements Site {

    /** How the method ended when this id was refused before; empty where it must be tried. */
    Optional<Again> refusedBefore(Sessions sessions, Resumes resumes, String asked, CallChain chain) {
        if (!sessions.isRefused(asked)) {
            return Optional.empty();
        }
        Optional<Again> again = known.againFor(asked);
        again.ifPresent(ending -> resumes.standsForNoAttempt(asked, ending.failure(), chain));
        return again;
    }

    /**
     * Reads the text that the method is told.
     *
     * @param made the object that a constructor has made, which tells one attempt from another
     */
    void told(
            Resumes resumes,
            Calls calls,
            LastingCall call,
            @Nullable Object self,
            @Nullable Object[] arguments,
            @Nullable Object made) {
        if (isTold()) {
            Object value = ValuePaths.onEnter(text, self, arguments);
            Object source = made == null ? value : made;
            Optional<String> found = TextForm.text(value);
            if (source != null && found.isPresent()) {
                Optional<String> id = Optional.ofNullable(call.sessionId).or(calls::resumedId);
                // Inside a run on this thread it is that run's; else it is told of one that ran elsewhere.
                Optional<Run> run = call.isOutermostOfChain
                        ? Optional.empty()
                        : Optional.ofNullable(call.chain).map(chain -> new Run(calls.runBeganNanos(), chain, false));
                resumes.ended(refusals, new Evidence(id, call.key, found.get(), source, run));
            }
        }
    }

    /** Reads the text that the method's end shows. */
    void exited(Resumes resumes, LastingCall call, @Nullable Object returned, @Nullable Throwable thrown) {
        if (isTold() || call.chain == null) {
            return;
        }
        Optional<String> id = Optional.ofNullable(call.sessionId)
                .or(() -> sessionId.flatMap(path -> TextForm.id(ValuePaths.onExit(path, returned, thrown))));
        Object source = thrown != null ? thrown : returned;
        Optional<String> found = TextForm.text(ValuePaths.onExit(text, returned, thrown));
        if (source != null && found.isPresent()) {
            boolean endedBadly =
                    call.isOutermostOfChain && showsOnlyErrors() && (sessionId.isEmpty() || id.isPresent());
            Run run = new Run(call.beganNanos, call.chain, endedBadly);
            Optional<String> refused =
                    resumes.ended(refusals, new Evidence(id, call.key, found.get(), source, Optional.of(run)));
            if (thrown != null && refused.isPresent() && call.ending != Ending.AT_SUBSCRIBER) {
                known.remember(refused.get(), thrown, call.ending == Ending.OF_FUTURE);
            }
        } else if (thrown == null && id.isPresent() && isSuccess(returned)) {
            resumes.succeeded(id.get(), call.beganNanos);
        }
    }

    /** Whether the method is only told of an attempt that runs elsewhere. */
    boolean isTold() {
        return text.root() == ValuePath.Root.ARGUMENT || text.root() == ValuePath.Root.THIS;
    }

    /** What a method returns as a whole may be an answer as well as an error. */
    private boolean showsOnlyErrors() {
        return text.root() == ValuePath.Root.THROWN || !text.equals(ValuePaths.RETURNED);
    }

    /** A run that only begins, as one that returns nothing or a future not yet done may, was not seen to succeed. */
    private static boolean isSuccess(@Nullable Object returned) {
        if (returned instanceof Future || returned instanceof CompletionStage) {
            return ValuePaths.RETURNED.evaluate(returned) != null;
        }
        return returned != null && !Suspension.isMarker(returned);
    }
}
