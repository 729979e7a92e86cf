package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.resume.Resumes;
import dev.sessionttl.engine.weaving.Calls.LastingCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run that ends after its failure sites' method has returned; what comes of it is told to those sites. */
record RunToEnd(Sessions sessions, Resumes resumes, List<FailureSite> failures, LastingCall call) implements Later.Run {
    @Override
    public void brought(@Nullable Object value) {
        tell(value, null);
    }

    @Override
    public void failed(Throwable failure) {
        tell(null, failure);
    }

    @Override
    public void lost(Throwable cause) {
        sessions.failedOpen("exit", cause);
    }

    @Override
    public void ended() {
        if (call.sessionId != null) {
            call.inUse.ends(sessions, call.sessionId);
        }
    }

    private void tell(@Nullable Object value, @Nullable Throwable failure) {
        Calls.ofThisThread().atWork(sessions, () -> {
            for (FailureSite site : failures) {
                site.exited(resumes, call, value, failure);
            }
            return true;
        });
    }
}
