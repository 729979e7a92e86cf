package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.Call;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The engine's side of the door: where every call of a woven method arrives, on the host's own thread. Never throws. */
final class EngineDoor extends SessionTtlDoor {
    private final WovenMethods methods;
    private final Sessions sessions;
    private final Resumes resumes;
    private final ExpiryEvents events;

    private EngineDoor(WovenMethods methods, Sessions sessions, Resumes resumes, ExpiryEvents events) {
        this.methods = methods;
        this.sessions = sessions;
        this.resumes = resumes;
        this.events = events;
    }

    static void open(WovenMethods methods, Sessions sessions, Resumes resumes, ExpiryEvents events) {
        open(new EngineDoor(methods, sessions, resumes, events));
    }

    @Override
    protected @Nullable Object entered(int site, @Nullable Object self, @Nullable Object[] arguments) {
        try {
            WovenMethod method = methods.get(site);
            // Before anything else, since it is to cost the host as little as can be.
            if (method.startsAnotherProgram(self)) {
                return null;
            }
            Calls calls = Calls.ofThisThread();
            if (calls.inEngine) {
                return null;
            }
            calls.enterEngine(method);
            try {
                Object entered = method.entered(sessions, resumes, calls, self, arguments);
                if (entered instanceof Object[] instead) {
                    method.checkReturnable(instead);
                }
                return entered;
            } finally {
                calls.inEngine = false;
            }
        } catch (Throwable failure) {
            events.failedOpen("enter", failure);
            return null;
        }
    }

    @Override
    protected @Nullable Object @Nullable [] exited(
            int site, @Nullable Object entered, @Nullable Object returned, @Nullable Throwable thrown) {
        if (!(entered instanceof Call call)) {
            return null;
        }
        try {
            Calls calls = Calls.ofThisThread();
            WovenMethod method = methods.get(site);
            calls.enterEngine(method);
            try {
                return method.checkReturnable(method.exited(sessions, resumes, call, returned, thrown));
            } finally {
                calls.inEngine = false;
                calls.end(call);
            }
        } catch (Throwable failure) {
            events.failedOpen("exit", failure);
            return null;
        }
    }

    @Override
    protected void made(int site, Object self, @Nullable Object[] arguments) {
        told(site, (method, calls) -> method.built(resumes, calls, self, arguments));
    }

    @Override
    protected void told(int site, @Nullable Object self, @Nullable Object[] arguments) {
        told(site, (method, calls) -> method.told(resumes, calls, self, arguments));
    }

    /** The host is told nothing in return. */
    private void told(int site, BiConsumer<WovenMethod, Calls> work) {
        Calls calls = Calls.ofThisThread();
        if (!calls.inEngine) {
            WovenMethod method = methods.get(site);
            calls.atWork(sessions, () -> {
                calls.enterEngine(method);
                work.accept(method, calls);
                return true;
            });
        }
    }

    @Override
    protected @Nullable Object @Nullable [] handedOut(int site, @Nullable Object returned) {
        if (returned == null) {
            return null;
        }
        try {
            Calls calls = Calls.ofThisThread();
            if (calls.inEngine) {
                return null;
            }
            WovenMethod method = methods.get(site);
            calls.enterEngine(method);
            try {
                return method.checkReturnable(method.handedOut(sessions, returned));
            } finally {
                calls.inEngine = false;
            }
        } catch (Throwable failure) {
            events.failedOpen("exit", failure);
            return null;
        }
    }
}
