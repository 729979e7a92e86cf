package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.CallChain;
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
        List<DriverSite> drivers,
        List<ProcessSite> processes,
        List<ReadSite> reads,
        List<FailureSite> failures,
        Optional<Supplier<@Nullable Object>> absent,
        @Nullable Object zero) {

    static WovenMethod of(List<Site> sites, Optional<Supplier<@Nullable Object>> absent, @Nullable Object zero) {
        return new WovenMethod(
                ofType(DriverSite.class, sites),
                ofType(ProcessSite.class, sites),
                ofType(ReadSite.class, sites),
                ofType(FailureSite.class, sites),
                absent,
                zero);
    }

    private static <T extends Site> List<T> ofType(Class<T> type, List<Site> sites) {
        return sites.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** An {@code Object[]} of the value to return and the throwable to throw, or the call that {@link #exited} ends. */
    Object entered(
            Sessions sessions, Resumes resumes, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        Call call = calls.begin();
        boolean goesOn = false;
        try {
            for (DriverSite driver : drivers) {
                driver.entered(self, arguments);
            }
            for (ProcessSite process : processes) {
                Optional<Throwable> instead = process.entered(resumes, calls, call, self, arguments);
                if (instead.isPresent()) {
                    return new Object[] {zero, instead.get()};
                }
            }
            for (ReadSite read : reads) {
                if (read.isAbsentOnEnter(sessions, calls, call, self, arguments) && absent.isPresent()) {
                    return new Object[] {absent.get().get(), null};
                }
            }
            if (!failures.isEmpty()) {
                Optional<Throwable> again = beginOfResume(sessions, resumes, calls, call, self, arguments);
                if (again.isPresent()) {
                    return new Object[] {zero, again.get()};
                }
            }
            goesOn = true;
            return call;
        } finally {
            if (!goesOn) {
                calls.end(call);
            }
        }
    }

    /** What is to be thrown instead of another attempt; empty where the attempt may be made. */
    private Optional<Throwable> beginOfResume(
            Sessions sessions,
            Resumes resumes,
            Calls calls,
            Call call,
            @Nullable Object self,
            @Nullable Object[] arguments) {
        for (FailureSite failure : failures) {
            call.runsAResume |= !failure.isTold();
            if (call.sessionId == null && failure.sessionId().isPresent()) {
                call.sessionId = TextForm.id(
                                ValuePaths.onEnter(failure.sessionId().get(), self, arguments))
                        .orElse(null);
            }
            if (call.key.isEmpty()) {
                call.key = ReadSite.valuesOf(failure.key(), self, arguments);
            }
        }
        CallChain chain = calls.join(call);
        if (call.sessionId != null) {
            for (FailureSite failure : failures) {
                Optional<Throwable> again = failure.refusedBefore(sessions, resumes, call.sessionId, chain);
                if (again.isPresent()) {
                    return again;
                }
            }
        }
        for (FailureSite failure : failures) {
            failure.entered(resumes, calls, call, self, arguments);
        }
        if (call.sessionId != null && call.runsAResume && !calls.isNested(call)) {
            sessions.resumeBegan(call.sessionId);
            call.countedAsRunning = true;
        }
        return Optional.empty();
    }

    /** An {@code Object[]} of the value to return and the throwable to throw instead of the method's own; null for neither. */
    @Nullable
    Object @Nullable [] exited(
            Sessions sessions, Resumes resumes, Call call, @Nullable Object returned, @Nullable Throwable thrown) {
        if (call.start != null) {
            Process process = processes.get(0).exited(call, call.start, returned);
            return process == null ? null : new Object[] {process, null};
        }
        try {
            for (FailureSite failure : failures) {
                failure.exited(resumes, call, returned, thrown);
            }
        } finally {
            if (call.countedAsRunning && call.sessionId != null) {
                sessions.resumeEnded(call.sessionId);
            }
        }
        if (thrown == null && returned != null) {
            for (ReadSite read : reads) {
                if (read.isAbsentOnExit(sessions, call, returned)) {
                    return AbsentValue.inPlaceOf(returned, absent)
                            .map(value -> new @Nullable Object[] {value.get(), null})
                            .orElse(null);
                }
            }
        }
        return null;
    }
}
