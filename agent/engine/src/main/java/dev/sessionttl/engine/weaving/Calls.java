package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.CallChain;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The woven calls under way on one thread, innermost first. Used by that thread alone.
 */
final class Calls {
    private static final ThreadLocal<Calls> OF_THREAD = ThreadLocal.withInitial(Calls::new);

    /** Whether the engine is at work on this thread: what it calls itself is none of its business. */
    boolean inEngine;

    /** Where this thread last came to the engine from the host's code. */
    private String site = "a process";

    private @Nullable Call innermost;
    /** One that is over and may begin again: so only a call within another one costs the host memory. */
    private @Nullable Call spare;
    /** Only where log sites may ask for it. */
    private @Nullable LastRead lastRead;

    /** Where in the host the calling thread is, for people. */
    static String site() {
        return ofThisThread().site;
    }

    /** The engine is at work on this thread now, for a woven method. */
    void enterEngine(WovenMethod method) {
        site = method.name();
        inEngine = true;
    }

    static Calls ofThisThread() {
        return OF_THREAD.get();
    }

    LastRead lastRead() {
        LastRead known = lastRead;
        if (known == null) {
            known = new LastRead();
            lastRead = known;
        }
        return known;
    }

    /** Runs the engine's own work on this thread, which woven code lets pass. */
    static void undisturbed(Runnable work) {
        Calls calls = ofThisThread();
        boolean wasInEngine = calls.inEngine;
        calls.inEngine = true;
        calls.site = "a process";
        try {
            work.run();
        } finally {
            calls.inEngine = wasInEngine;
        }
    }

    /**
     * Does the engine's part of what happens on this thread outside of a woven method: a value arrives, a run ends. Never
     * throws.
     *
     * @return what the work comes to; false where it failed
     */
    boolean atWork(Sessions sessions, BooleanSupplier work) {
        boolean before = inEngine;
        inEngine = true;
        try {
            return work.getAsBoolean();
        } catch (Throwable failure) {
            sessions.failedOpen("exit", failure);
            return false;
        } finally {
            inEngine = before;
        }
    }

    /** A call that was suspended goes on, maybe on another thread. */
    LastingCall resume(LastingCall suspended) {
        LastingCall call = suspended.copiedTo(new LastingCall(suspended.beganNanos));
        call.inUse = suspended.inUse;
        push(call);
        return call;
    }

    LastingCall beginLasting() {
        LastingCall call = new LastingCall(System.nanoTime());
        push(call);
        return call;
    }

    /** Begins a call of which nobody knows any more once it has {@link #end ended}. */
    Call begin() {
        Call call = spare == null ? new Call() : spare;
        spare = null;
        push(call);
        return call;
    }

    private void push(Call call) {
        call.outer = innermost;
        innermost = call;
    }

    /** The last that is to be done with a call, however it went. */
    void end(Call call) {
        boolean isInnermost = call == innermost;
        innermost = call.outer;
        // Where one within it was never ended, that one leads to it still.
        if (isInnermost && !(call instanceof LastingCall)) {
            call.forget();
            spare = call;
        }
    }

    /** Whether a call that is still under way has decided on the same key already: a proxy, or an overload (law 8). */
    boolean hasDecided(ReadSite site, List<?> key) {
        for (Call call = innermost; call != null; call = call.outer) {
            if (site.place().equals(call.decidedSite) && key.equals(call.decidedKey)) {
                return true;
            }
        }
        return false;
    }

    /** Joins the failure sites' calls that this one is nested in. */
    CallChain join(LastingCall call) {
        CallChain around = outerChain(call);
        call.isOutermostOfChain = around == null;
        call.chain = around == null ? new CallChain() : around;
        return call.chain;
    }

    /** The chain of the failure sites' calls around this one; one of its own where there are none. */
    CallChain chainAround(Call call) {
        CallChain around = outerChain(call);
        return around == null ? new CallChain() : around;
    }

    /** The chain of the failure sites' calls that this thread is in. */
    Optional<CallChain> chain() {
        for (Call call = innermost; call != null; call = call.outer) {
            if (call instanceof LastingCall lasting && lasting.chain != null) {
                return Optional.of(lasting.chain);
            }
        }
        return Optional.empty();
    }

    private static @Nullable CallChain outerChain(Call call) {
        for (Call outer = call.outer; outer != null; outer = outer.outer) {
            if (outer instanceof LastingCall lasting && lasting.chain != null) {
                return lasting.chain;
            }
        }
        return null;
    }

    /** When the nearest run that this thread is in began; now where it is in none. */
    long runBeganNanos() {
        for (Call call = innermost; call != null; call = call.outer) {
            if (call instanceof LastingCall lasting && lasting.runsAResume) {
                return lasting.beganNanos;
            }
        }
        return System.nanoTime();
    }

    /** Whether an outer call on this thread resumes the same id: then both are of one resume. */
    boolean isNested(LastingCall call) {
        for (Call outer = call.outer; outer != null; outer = outer.outer) {
            if (outer instanceof LastingCall lasting
                    && lasting.sessionId != null
                    && lasting.sessionId.equals(call.sessionId)) {
                return true;
            }
        }
        return false;
    }

    /** The id that the nearest resume under way was asked for. */
    Optional<String> resumedId() {
        for (Call call = innermost; call != null; call = call.outer) {
            if (call instanceof LastingCall lasting && lasting.sessionId != null) {
                return Optional.of(lasting.sessionId);
            }
        }
        return Optional.empty();
    }

    /** When what a call came to is known. */
    enum Ending {
        AT_RETURN,
        /** When the future that it returned is completed. */
        OF_FUTURE,
        /** When what it returned has told a subscriber; of that there may be several. */
        AT_SUBSCRIBER
    }

    /** One call of a woven method, from enter to exit. Nothing may hold it longer, for then it begins again as another. */
    static class Call {
        @Nullable
        Call outer;

        @Nullable
        String decidedSite;

        @Nullable
        List<?> decidedKey;
        /** Whether only the host's own answer can show what to make of that key. */
        boolean isUnsettled;

        /** What a read site has decided on in this very call; empty where it has not. */
        List<?> keyDecidedBy(ReadSite site) {
            return site.place().equals(decidedSite) && decidedKey != null ? decidedKey : List.of();
        }

        /** Whether only the host's own answer can show what to make of the key that this site has looked up. */
        boolean leavesUnsettled(ReadSite site) {
            return isUnsettled && site.place().equals(decidedSite);
        }

        /** The key is the host's, and a thread may live on for long. */
        private void forget() {
            outer = null;
            decidedSite = null;
            decidedKey = null;
            isUnsettled = false;
        }
    }

    /** One that others may hold for as long as they like: a resume runs in it, or it is suspended and goes on later. */
    static final class LastingCall extends Call {
        final long beganNanos;
        /** The id that a failure site's call was asked to resume. */
        @Nullable
        String sessionId;

        List<?> key = List.of();
        /** The start of an agent's CLI. */
        ProcessSite.@Nullable Start start;
        /** What the failure sites' calls around this one have told; only a failure site's call has it. */
        @Nullable
        CallChain chain;

        boolean isOutermostOfChain;
        /** Whether the attempt runs inside this call. */
        boolean runsAResume;

        Ending ending = Ending.AT_RETURN;
        /** Shared by the calls of a function that is suspended and entered again. */
        InUse inUse = new InUse();

        private LastingCall(long beganNanos) {
            this.beganNanos = beganNanos;
        }

        /** The same resume, which begins only now. */
        LastingCall begunNow() {
            return copiedTo(new LastingCall(System.nanoTime()));
        }

        private LastingCall copiedTo(LastingCall other) {
            other.sessionId = sessionId;
            other.key = key;
            other.chain = chain;
            other.isOutermostOfChain = isOutermostOfChain;
            other.runsAResume = runsAResume;
            return other;
        }
    }
}
