package dev.sessionttl.engine.resume;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A run of an agent's CLI in a process of the host's. Any thread may call. */
final class ProcessRun {
    private static final int MOST_HINTS = 8_000;

    /** The id that it goes on with; empty where it begins a session. */
    final Optional<String> sessionId;

    /** The id of the session that it begins, where the host has chosen it. */
    final Optional<String> begun;

    final long beganNanos;
    final CallChain chain;
    final Heard out;
    final Heard err;
    /** Whether what it says on stderr comes out on stdout too. */
    final boolean isMerged;

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final StringBuilder hints = new StringBuilder();
    private volatile boolean wasStopped;

    ProcessRun(AgentCommand command, long beganNanos, CallChain chain, Heard out, Heard err, boolean isMerged) {
        this.sessionId = command.resumed();
        this.begun = command.begun();
        this.beganNanos = beganNanos;
        this.chain = chain;
        this.out = out;
        this.err = err;
        this.isMerged = isMerged;
    }

    /** Whether this is the first to say that it is over. */
    boolean ends() {
        return isOver.compareAndSet(false, true);
    }

    /** The host has put an end to it, so that its exit code tells nothing. */
    void stop() {
        wasStopped = true;
    }

    boolean wasStopped() {
        return wasStopped;
    }

    /** What a failure site has seen of it while it runs. */
    void hear(String text) {
        synchronized (hints) {
            if (hints.length() < MOST_HINTS) {
                hints.append(text).append('\n');
            }
        }
    }

    String hints() {
        synchronized (hints) {
            return hints.toString();
        }
    }
}
