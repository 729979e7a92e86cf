package dev.sessionttl.engine.resume;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.expiry.Verdict;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.resume.Evidence.Run;
import java.util.List;
import java.util.Optional;

/**
 * Watches the processes in which the host runs an agent's CLI. Its exit code and the CLI's own error texts decide what a run
 * came to, never the model's words. Any thread may call; nothing here throws into the host.
 */
public final class ProcessWatch {
    /** An end that the host does not ask for is noticed this late. */
    private static final long LOOK_MILLIS = 250;
    /** A failure site may still come to know why a run ended badly. */
    private static final long WAIT_FOR_SITES_MILLIS = 1_000;
    /** A thread of the host's that reads the last words this moment is waited for this long, where a resume ended badly. */
    private static final long READER_NANOS = 50_000_000;
    /** What a shell makes of a process that a signal ended: 128 and the signal's number. */
    private static final int BY_SIGNAL = 128;

    private final Resumes resumes;
    private final Sessions sessions;
    private final AgentCommands commands;
    private final Timer timer;
    private final ExpiryEvents events;

    public ProcessWatch(Resumes resumes, Sessions sessions, AgentCommands commands, Timer timer, ExpiryEvents events) {
        this.resumes = resumes;
        this.sessions = sessions;
        this.commands = commands;
        this.timer = timer;
        this.events = events;
    }

    /** Runs work later, on a daemon thread. */
    @FunctionalInterface
    public interface Timer {
        void after(long millis, Runnable work);
    }

    /** Runs the agent's own work on a host's thread, where woven code is to let it pass. */
    @FunctionalInterface
    public interface Undisturbed {
        void run(Runnable work);
    }

    /** What the host is about to run; empty where it is no agent's CLI. */
    public Optional<AgentCommand> commandOf(ProcessBuilder builder) {
        return commands.in(builder.command());
    }

    /** Whether the session that a command goes on with is known to be stale; its row is dropped then. */
    public boolean isStale(String sessionId) {
        // Refused, even while it cannot be dropped yet because another process tries it again.
        return sessions.readOf(sessionId, List.of()) == Verdict.ABSENT || sessions.isRefused(sessionId);
    }

    /**
     * The host's process, to be handed to the host in place of itself.
     *
     * @param redirects of stdin, stdout and stderr, as the process was started with them
     * @param chain of the failure sites' calls in which it was started
     */
    public Process watched(
            Process process,
            AgentCommand command,
            ProcessBuilder builder,
            Redirects redirects,
            long beganNanos,
            CallChain chain,
            Undisturbed undisturbed) {
        ProcessRun run = new ProcessRun(
                command,
                beganNanos,
                chain,
                redirects.out().heard(process::getInputStream),
                builder.redirectErrorStream() ? Heard.NOTHING : redirects.err().heard(process::getErrorStream),
                builder.redirectErrorStream());
        run.sessionId.ifPresent(id -> {
            sessions.processBegan(id);
            resumes.processes().began(id, run);
        });
        run.begun.ifPresent(sessions::processBegan);
        WatchedProcess watched = new WatchedProcess(process, run, exit -> undisturbed.run(() -> ended(run, exit)));
        lookAgain(process, run);
        return watched;
    }

    private void lookAgain(Process process, ProcessRun run) {
        timer.after(LOOK_MILLIS, () -> {
            if (process.isAlive()) {
                lookAgain(process, run);
            } else {
                ended(run, process.exitValue());
            }
        });
    }

    private void ended(ProcessRun run, int exit) {
        if (!run.ends()) {
            return;
        }
        try {
            if (exit != 0) {
                run.err.settle(READER_NANOS);
            }
            run.out.settle(exit == 0 ? 0 : READER_NANOS);
            Ending ending = Ending.of(run);
            run.sessionId.ifPresentOrElse(
                    id -> resumeEnded(id, run, exit, ending),
                    () -> ending.sessionId().or(() -> run.begun).ifPresent(id -> begun(id, run)));
        } catch (RuntimeException | LinkageError failure) {
            events.failedOpen("process", failure);
        } finally {
            run.begun.ifPresent(sessions::processEnded);
        }
    }

    /** A run that began a session: while its process was alive the CLI would have refused to go on with it. */
    private void begun(String sessionId, ProcessRun run) {
        resumes.processes().began(sessionId, run);
        resumes.processes().ended(sessionId, run, System.nanoTime(), false);
        sessions.emitted(sessionId);
    }

    private void resumeEnded(String id, ProcessRun run, int exit, Ending ending) {
        boolean refused = false;
        try {
            if (exit != 0) {
                refused = resumes.refusedByProcess(
                        id, ending.errors(), new Run(run.beganNanos, run.chain, false), isTransient(id, run));
                if (!refused && !ending.isOfTheApi() && !run.wasStopped() && exit < BY_SIGNAL) {
                    tellUnlessASiteDoes(id, run);
                }
            } else if (!ending.isFailedResult()) {
                resumes.succeeded(id, run.beganNanos);
            }
        } finally {
            resumes.processes().ended(id, run, System.nanoTime(), refused);
            sessions.processEnded(id);
        }
    }

    private boolean isTransient(String id, ProcessRun run) {
        return resumes.processes().ranBesideAnother(id, run);
    }

    private void tellUnlessASiteDoes(String id, ProcessRun run) {
        timer.after(WAIT_FOR_SITES_MILLIS, () -> {
            if (resumes.isUnexplained(id, run.beganNanos, run.chain)) {
                Log.debug("a resume of session " + Log.shortened(id) + " ended badly, and no rule knows why");
                events.resumeUnclassified();
            }
        });
    }
}
