package dev.sessionttl.engine.weaving;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a thread was in its code, outermost call first; nothing of the host's is held. It tells one task of a pool's thread
 * from the next: a call that is still under way has the same calls around it, and has itself gone on.
 */
final class Place {
    /** A place that no other is like. */
    static final Place NOWHERE = new Place(List.of());

    private static final StackWalker FRAMES = StackWalker.getInstance();
    /** Deeper than any host's turn; a recursion gone wild is not to be written down. */
    private static final int MOST_FRAMES = 1_024;

    private static final Pattern LIBRARIES = Pattern.compile(
            "(java|javax|jdk|sun|kotlin|kotlinx|scala|reactor|io\\.(reactivex|smallrye|netty|vertx))\\..*");

    /** Whose code a call is in, as far as that matters. */
    private enum Owner {
        HOST,
        /** One that runs whatever it is given: it may have gone on to the task of another turn. */
        LIBRARY,
        /** A suspended function is entered again at the same place as all others of its kind, whoever's turn it is. */
        COROUTINE,
        /** While it waits for one task, a thread of such a pool runs others in the midst of it. */
        HELPING_POOL;

        static Owner of(String type) {
            if (type.startsWith("kotlin.coroutines.jvm.internal.")) {
                return COROUTINE;
            }
            if (type.startsWith("java.util.concurrent.ForkJoin")) {
                return HELPING_POOL;
            }
            return LIBRARIES.matcher(type).matches() ? LIBRARY : HOST;
        }
    }

    /** A call, and how far it has come in its bytecode. */
    private record Frame(String type, String method, int at) {
        static Frame of(StackFrame frame) {
            return new Frame(frame.getClassName(), frame.getMethodName(), frame.getByteCodeIndex());
        }

        boolean isOfSameMethodAs(Frame other) {
            return type.equals(other.type) && method.equals(other.method);
        }

        Owner owner() {
            return Owner.of(type);
        }
    }

    private final List<Frame> outermostFirst;

    private Place(List<Frame> outermostFirst) {
        this.outermostFirst = outermostFirst;
    }

    static Place ofThisThread() {
        List<Frame> frames = new ArrayList<>(FRAMES.walk(innermostFirst ->
                innermostFirst.map(Frame::of).limit(MOST_FRAMES + 1L).toList()));
        if (frames.size() > MOST_FRAMES) {
            return NOWHERE;
        }
        Collections.reverse(frames);
        return new Place(frames);
    }

    /** Whether this thread is still in a call that it was in there, as far as the calls show; where in doubt, it is not. */
    boolean isOfTheCallThatIsHere() {
        return !outermostFirst.isEmpty() && isOfSameCallAs(ofThisThread());
    }

    private boolean isOfSameCallAs(Place later) {
        int depth = Math.min(outermostFirst.size(), later.outermostFirst.size());
        for (int i = 0; i < depth; i++) {
            Frame then = outermostFirst.get(i);
            Frame now = later.outermostFirst.get(i);
            if (then.owner() == Owner.COROUTINE) {
                return false;
            }
            if (!then.equals(now)) {
                // A loop that fetches tasks stands where it stood; the method that read, and now runs, has gone on.
                return then.isOfSameMethodAs(now)
                        && now.owner() == Owner.HOST
                        && later.outermostFirst.stream().skip(i).noneMatch(call -> call.owner() == Owner.HELPING_POOL);
            }
        }
        return false;
    }
}
