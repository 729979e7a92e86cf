package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.Evidence;
import dev.sessionttl.engine.resume.RefusalText;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
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
        Optional<ValuePath> sessionId, List<ValuePath> key, ValuePath text, RefusalText refusals, KnownFailures known) {

    /** What the method threw when this id was refused before; empty where it must be tried. */
    Optional<Throwable> refusedBefore(Sessions sessions, Resumes resumes, Call call) {
        if (call.sessionId == null || !sessions.isRefused(call.sessionId)) {
            return Optional.empty();
        }
        Optional<Throwable> again = known.thrownFor(call.sessionId);
        again.ifPresent(resumes::standsForNoAttempt);
        return again;
    }

    /** Notes what only the arguments tell, and reads the text that the method is told. */
    void entered(Resumes resumes, Calls calls, Call call, @Nullable Object self, Object[] arguments) {
        if (isTold()) {
            Object source = ValuePaths.onEnter(text, self, arguments);
            Optional<String> found = TextForm.text(source);
            if (source != null && found.isPresent()) {
                Optional<String> id = idOf(call.sessionId, null, null).or(calls::resumedId);
                long since = call.beganNanos - Resumes.ONE_ATTEMPT.toNanos();
                resumes.ended(refusals, new Evidence(id, call.key, found.get(), source, since, false));
            }
        }
    }

    void exited(Resumes resumes, Call call, @Nullable Object returned, @Nullable Throwable thrown) {
        if (isTold()) {
            return;
        }
        Optional<String> id = idOf(call.sessionId, returned, thrown);
        Object source = thrown != null ? thrown : returned;
        Optional<String> found = TextForm.text(ValuePaths.onExit(text, returned, thrown));
        if (source != null && found.isPresent()) {
            Evidence evidence = new Evidence(id, call.key, found.get(), source, call.beganNanos, true);
            Optional<String> refused = resumes.ended(refusals, evidence);
            if (thrown != null && refused.isPresent()) {
                known.remember(refused.get(), thrown);
            }
        } else if (thrown == null && id.isPresent() && !isUnknown(returned)) {
            resumes.succeeded(id.get(), call.beganNanos);
        }
    }

    /** A future that is not done yet, or failed, is no run that was seen to succeed. */
    private static boolean isUnknown(@Nullable Object returned) {
        return (returned instanceof Future || returned instanceof CompletionStage)
                && ValuePaths.RETURNED.evaluate(returned) == null;
    }

    private boolean isTold() {
        return text.root() == ValuePath.Root.ARGUMENT;
    }

    private Optional<String> idOf(@Nullable String asked, @Nullable Object returned, @Nullable Throwable thrown) {
        return asked != null
                ? Optional.of(asked)
                : sessionId.flatMap(path -> TextForm.id(ValuePaths.onExit(path, returned, thrown)));
    }
}
