package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.CallChain;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
import dev.sessionttl.engine.weaving.Calls.Ending;
import dev.sessionttl.engine.weaving.Calls.LastingCall;
import dev.sessionttl.engine.weaving.KnownFailures.Again;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done when one woven method of the host is entered and left.
 *
 * @param logs what is told of what the method logs, where it is a logging library's
 * @param name for people: {@code type#name(parameters)}
 * @param suspension where it is one of Kotlin's {@code suspend} functions
 * @param returnType as the JVM has it, a binary name
 * @param zero what it "returns" where it is made to throw instead
 */
record WovenMethod(
        String name,
        List<DriverSite> drivers,
        List<ProcessSite> processes,
        List<ReadSite> reads,
        List<FailureSite> failures,
        List<LogSite> logs,
        String returnType,
        @Nullable Object zero,
        Optional<Suspension> suspension) {

    static WovenMethod of(String name, List<Site> sites, String returnType, boolean suspends) {
        return new WovenMethod(
                name,
                ofType(DriverSite.class, sites),
                ofType(ProcessSite.class, sites),
                ofType(ReadSite.class, sites),
                ofType(FailureSite.class, sites),
                ofType(LogSite.class, sites),
                returnType,
                AbsentValue.zeroOf(returnType),
                suspends ? Optional.of(new Suspension()) : Optional.empty());
    }

    private static <T extends Site> List<T> ofType(Class<T> type, List<Site> sites) {
        return sites.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Whether it is decided by what it returns alone, and so needs to be told of nothing else. */
    boolean isDecidedOnExitAlone() {
        return isReadAlone() && reads.stream().allMatch(ReadSite::decidesOnExitAlone);
    }

    /** Whether only what it reads is looked at, so that a call is done with as soon as it is left. */
    private boolean isReadAlone() {
        return suspension.isEmpty() && logs.isEmpty() && drivers.isEmpty() && processes.isEmpty() && failures.isEmpty();
    }

    /** Whether it only logs, so that nothing is to be done at its end. */
    boolean isLogAlone() {
        return !logs.isEmpty() && processes.isEmpty() && reads.isEmpty() && failures.isEmpty();
    }

    /**
     * The same holder, where the method may return what is in it.
     *
     * @throws IllegalStateException where it may not, and the host would get a {@code ClassCastException}
     */
    @Nullable
    Object @Nullable [] checkReturnable(@Nullable Object @Nullable [] holder) {
        if (holder == null || holder[1] != null) {
            return holder;
        }
        Object value = holder[0];
        String type = zero == null ? returnType : zero.getClass().getName();
        if (value == null ? zero != null : !HostMethod.isA(value.getClass(), type)) {
            throw new IllegalStateException(name + " returns " + returnType + ", which cannot be "
                    + (value == null ? "null" : "a " + value.getClass().getTypeName()));
        }
        return holder;
    }

    void told(Resumes resumes, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        for (LogSite log : logs) {
            log.logged(resumes, calls, self, arguments);
        }
        for (DriverSite driver : drivers) {
            driver.told(self, arguments);
        }
    }

    /** Whether this call starts a process that is no agent's CLI, so that neither its beginning nor its end is looked at. */
    boolean startsAnotherProgram(@Nullable Object self) {
        return !processes.isEmpty()
                && reads.isEmpty()
                && failures.isEmpty()
                && processes.get(0).agentStartedBy(self).isEmpty();
    }

    /** An {@code Object[]} of the value to return and the throwable to throw, or the call that {@link #exited} ends. */
    Object entered(
            Sessions sessions, Resumes resumes, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        if (isReadAlone()) {
            return enteredToRead(sessions, calls, self, arguments);
        }
        if (suspension.isPresent()) {
            Optional<LastingCall> resumed = suspension.get().enteredAgain(arguments);
            if (resumed.isPresent()) {
                LastingCall call = calls.resume(resumed.get());
                runs(sessions, calls, call);
                return call;
            }
        }
        LastingCall call = calls.beginLasting();
        boolean goesOn = false;
        try {
            told(resumes, calls, self, arguments);
            for (ProcessSite process : processes) {
                Optional<Throwable> instead = process.entered(resumes, calls, call, self, arguments);
                if (instead.isPresent()) {
                    return new Object[] {zero, instead.get()};
                }
            }
            @Nullable Object @Nullable [] instead = readBeforehand(sessions, calls, call, self, arguments);
            if (instead != null) {
                return instead;
            }
            if (!failures.isEmpty()) {
                @Nullable Object @Nullable [] again = beginOfResume(sessions, resumes, calls, call, self, arguments);
                if (again != null) {
                    return again;
                }
            }
            suspension.ifPresent(suspended -> suspended.begins(call, arguments));
            goesOn = true;
            return call;
        } finally {
            if (!goesOn) {
                calls.end(call);
            }
        }
    }

    private Object enteredToRead(Sessions sessions, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        Call call = calls.begin();
        boolean goesOn = false;
        try {
            @Nullable Object @Nullable [] instead = readBeforehand(sessions, calls, call, self, arguments);
            if (instead != null) {
                return instead;
            }
            goesOn = true;
            return call;
        } finally {
            if (!goesOn) {
                calls.end(call);
            }
        }
    }

    /** A holder of what the host is to get without the body being run; null where it is run. */
    private @Nullable Object @Nullable [] readBeforehand(
            Sessions sessions, Calls calls, Call call, @Nullable Object self, @Nullable Object[] arguments) {
        for (int i = 0; i < reads.size(); i++) {
            @Nullable Object @Nullable [] instead = reads.get(i).entered(sessions, calls, call, self, arguments);
            if (instead != null) {
                note(null);
                return instead;
            }
        }
        return null;
    }

    /** A holder of how the attempt that was refused before ended; null where it may be made. */
    private @Nullable Object @Nullable [] beginOfResume(
            Sessions sessions,
            Resumes resumes,
            Calls calls,
            LastingCall call,
            @Nullable Object self,
            @Nullable Object[] arguments) {
        readWhatIsAskedFor(call, self, arguments);
        CallChain chain = calls.join(call);
        if (call.sessionId != null) {
            for (FailureSite failure : failures) {
                Optional<Again> again = failure.refusedBefore(sessions, resumes, call.sessionId, chain);
                if (again.isPresent()) {
                    return again.get().holder(zero);
                }
            }
        }
        for (FailureSite failure : failures) {
            failure.told(resumes, calls, call, self, arguments, null);
        }
        runs(sessions, calls, call);
        return null;
    }

    private static void runs(Sessions sessions, Calls calls, LastingCall call) {
        if (call.sessionId != null && call.runsAResume && !calls.isNested(call)) {
            call.inUse.begins(sessions, call.sessionId);
        }
    }

    private void readWhatIsAskedFor(LastingCall call, @Nullable Object self, @Nullable Object[] arguments) {
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
    }

    /** A constructor has made its object, which may be the result of a failed resume. */
    void built(Resumes resumes, Calls calls, Object made, @Nullable Object[] arguments) {
        LastingCall call = calls.beginLasting();
        try {
            readWhatIsAskedFor(call, made, arguments);
            calls.join(call);
            for (FailureSite failure : failures) {
                failure.told(resumes, calls, call, made, arguments, made);
            }
        } finally {
            calls.end(call);
        }
    }

    /** An {@code Object[]} of the value to return and the throwable to throw instead of the method's own; null for neither. */
    @Nullable
    Object @Nullable [] exited(
            Sessions sessions, Resumes resumes, Call call, @Nullable Object returned, @Nullable Throwable thrown) {
        return call instanceof LastingCall lasting
                ? lastingExited(sessions, resumes, lasting, returned, thrown)
                : readAtExit(sessions, call, returned, thrown);
    }

    private @Nullable Object @Nullable [] lastingExited(
            Sessions sessions,
            Resumes resumes,
            LastingCall call,
            @Nullable Object returned,
            @Nullable Throwable thrown) {
        if (call.start != null) {
            Process process = processes.get(0).exited(call, call.start, returned);
            return process == null ? null : Absent.holding(process);
        }
        if (suspension.isPresent() && Suspension.isMarker(returned)) {
            // It may never be entered again: a function that ends in another one's call leaves the rest to that one.
            endRunning(sessions, call);
            return null;
        }
        Object handedOut = endOfResume(sessions, resumes, call, returned, thrown);
        @Nullable Object @Nullable [] instead = readAtExit(sessions, call, handedOut, thrown);
        return instead != null || handedOut == returned ? instead : Absent.holding(handedOut);
    }

    /** A holder of what the host is to get instead of what its body came to; null where that stands. */
    private @Nullable Object @Nullable [] readAtExit(
            Sessions sessions, Call call, @Nullable Object handedOut, @Nullable Throwable thrown) {
        if (thrown == null && handedOut != null) {
            for (int i = 0; i < reads.size(); i++) {
                ReadSite read = reads.get(i);
                @Nullable
                Object @Nullable [] instead =
                        read.exited(sessions, call.keyDecidedBy(read), call.leavesUnsettled(read), handedOut);
                if (instead != null) {
                    note(null);
                    return instead;
                }
            }
        }
        note(thrown == null && suspension.isEmpty() ? handedOut : null);
        return null;
    }

    /** As {@link #exited}, where {@link #isDecidedOnExitAlone}. */
    @Nullable
    Object @Nullable [] handedOut(Sessions sessions, Object returned) {
        for (int i = 0; i < reads.size(); i++) {
            @Nullable Object @Nullable [] instead = reads.get(i).exited(sessions, List.of(), false, returned);
            if (instead != null) {
                note(null);
                return instead;
            }
        }
        note(returned);
        return null;
    }

    /** @param handedOut what the host gets; null where that is no session */
    private void note(@Nullable Object handedOut) {
        for (int i = 0; i < reads.size(); i++) {
            reads.get(i).note(handedOut);
        }
    }

    /** What is to be returned: the same, or, where its end has to be watched, what it is watched through. */
    private @Nullable Object endOfResume(
            Sessions sessions,
            Resumes resumes,
            LastingCall call,
            @Nullable Object returned,
            @Nullable Throwable thrown) {
        boolean endsLater = false;
        try {
            if (thrown == null && returned != null && call.runsAResume && Later.isWatchable(returned)) {
                Object watched = Later.watched(returned, () -> runToEnd(sessions, resumes, call, returned));
                endsLater = watched == returned;
                return watched;
            }
            for (FailureSite failure : failures) {
                failure.exited(resumes, call, returned, thrown);
            }
            return returned;
        } finally {
            if (!endsLater) {
                endRunning(sessions, call);
            }
        }
    }

    private static void endRunning(Sessions sessions, LastingCall call) {
        if (call.sessionId != null) {
            call.inUse.ends(sessions, call.sessionId);
        }
    }

    /** A future is under way; what has subscribers begins anew with each. */
    private RunToEnd runToEnd(Sessions sessions, Resumes resumes, LastingCall call, Object returned) {
        if (returned instanceof CompletionStage) {
            // Only a plain future can be made again.
            call.ending = returned.getClass() == CompletableFuture.class ? Ending.OF_FUTURE : Ending.AT_SUBSCRIBER;
            return new RunToEnd(sessions, resumes, failures, call);
        }
        LastingCall begun = call.begunNow();
        begun.ending = Ending.AT_SUBSCRIBER;
        if (begun.sessionId != null) {
            begun.inUse.begins(sessions, begun.sessionId);
        }
        return new RunToEnd(sessions, resumes, failures, begun);
    }
}
