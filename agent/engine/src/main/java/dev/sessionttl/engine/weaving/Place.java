package dev.sessionttl.engine.weaving;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a thread was in its code, outermost call first; numbers alone, so that nothing of the host's is held. It tells one
 * task of a pool's thread from the next: a call that is still under way has the same calls around it, and has itself gone on.
 */
final class Place {
    /** A place that no other is like. */
    static final Place NOWHERE = new Place(List.of());

    private static final StackWalker FRAMES = StackWalker.getInstance();

    /** A suspended function is entered again at the same place as all others of its kind, whoever's turn it is. */
    private static final String COROUTINE = "kotlin.coroutines.jvm.internal.";

    /** While it waits for one task, a thread of such a pool runs others in the midst of it. */
    private static final String HELPING_POOL = "java.util.concurrent.ForkJoin";

    /** @param method its class and its name */
    private record Frame(long method, int at, boolean isCoroutine, boolean isOfHelpingPool) {
        static Frame of(StackFrame frame) {
            String type = frame.getClassName();
            return new Frame(
                    ((long) type.hashCode() << Integer.SIZE)
                            | (frame.getMethodName().hashCode() & 0xFFFF_FFFFL),
                    frame.getByteCodeIndex(),
                    type.startsWith(COROUTINE),
                    type.startsWith(HELPING_POOL));
        }
    }

    private final List<Frame> outermostFirst;

    private Place(List<Frame> outermostFirst) {
        this.outermostFirst = outermostFirst;
    }

    static Place ofThisThread() {
        List<Frame> frames = FRAMES.walk(
                innermostFirst -> innermostFirst.map(Frame::of).collect(ArrayList::new, List::add, List::addAll));
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
            if (then.isCoroutine()) {
                return false;
            }
            if (!then.equals(now)) {
                // A loop that fetches tasks stands where it stood; the method that read, and now runs, has gone on.
                return then.method() == now.method()
                        && later.outermostFirst.stream().skip(i).noneMatch(Frame::isOfHelpingPool);
            }
        }
        return false;
    }
}
