package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done when one woven method of the host is entered and left.
 *
 * @param absent makes what the method hands out when there is no session; empty where its type has no such value
 * @param zero what it "returns" where it is made to throw instead
 */
record WovenMethod(
        List<ReadSite> reads,
        List<FailureSite> failures,
        Optional<Supplier<@Nullable Object>> absent,
        @Nullable Object zero) {

    /** An {@code Object[]} of the value to return and the throwable to throw, or the call that {@link #exited} ends. */
    Object entered(
            Sessions sessions, Resumes resumes, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        Call call = calls.begin();
        boolean goesOn = false;
        try {
            for (ReadSite read : reads) {
                if (read.isAbsentOnEnter(sessions, calls, call, self, arguments) && absent.isPresent()) {
                    return new Object[] {absent.get().get(), null};
                }
            }
            Optional<Throwable> again = refusedBefore(sessions, resumes, call, self, arguments);
            if (again.isPresent()) {
                return new Object[] {zero, again.get()};
            }
            for (FailureSite failure : failures) {
                failure.entered(resumes, calls, call, self, arguments);
            }
            goesOn = true;
            return call;
        } finally {
            if (!goesOn) {
                calls.end(call);
            }
        }
    }

    private Optional<Throwable> refusedBefore(
            Sessions sessions, Resumes resumes, Call call, @Nullable Object self, @Nullable Object[] arguments) {
        for (FailureSite failure : failures) {
            if (call.sessionId == null && failure.sessionId().isPresent()) {
                call.sessionId = TextForm.id(
                                ValuePaths.onEnter(failure.sessionId().get(), self, arguments))
                        .orElse(null);
            }
            if (call.key.isEmpty()) {
                call.key = ReadSite.valuesOf(failure.key(), self, arguments);
            }
        }
        for (FailureSite failure : failures) {
            Optional<Throwable> again = failure.refusedBefore(sessions, resumes, call);
            if (again.isPresent()) {
                return again;
            }
        }
        return Optional.empty();
    }

    /** An {@code Object[]} of the value to return and the throwable to throw instead of the method's own; null for neither. */
    @Nullable
    Object @Nullable [] exited(
            Sessions sessions, Resumes resumes, Call call, @Nullable Object returned, @Nullable Throwable thrown) {
        for (FailureSite failure : failures) {
            failure.exited(resumes, call, returned, thrown);
        }
        if (thrown == null && returned != null) {
            for (ReadSite read : reads) {
                if (read.isAbsentOnExit(sessions, returned)) {
                    return AbsentValue.inPlaceOf(returned, absent)
                            .map(value -> new @Nullable Object[] {value.get(), null})
                            .orElse(null);
                }
            }
        }
        return null;
    }
}
