package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.config.StaleProcess;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.resume.AgentCommand;
import dev.sessionttl.engine.resume.CallChain;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.Redirects;
import dev.sessionttl.engine.resume.Resumes;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the JDK starts a process: {@code start()}, {@code startPipeline} and {@code Runtime.exec} all come by here.
 *
 * @param stale what becomes of the start of a session that is known to be stale
 */
record ProcessSite(ProcessWatch watch, StaleProcess stale) implements Site {
    static final Pointcut POINTCUT = Targets.pointcut("java.lang.ProcessBuilder#start(Redirect[])");

    /** A start that is under way. */
    record Start(
            ProcessBuilder builder, List<String> command, AgentCommand agent, Redirects redirects, CallChain chain) {}

    /** The agent's CLI that is about to be started; empty where it is another program. */
    Optional<AgentCommand> agentStartedBy(@Nullable Object self) {
        return self instanceof ProcessBuilder builder ? watch.commandOf(builder) : Optional.empty();
    }

    /** What to throw instead of starting the process; empty where it may start. */
    Optional<Throwable> entered(
            Resumes resumes, Calls calls, Calls.LastingCall call, @Nullable Object self, @Nullable Object[] arguments) {
        Optional<AgentCommand> agent = agentStartedBy(self);
        if (agent.isEmpty() || !(self instanceof ProcessBuilder builder)) {
            return Optional.empty();
        }
        CallChain chain = calls.chainAround(call);
        List<String> command = builder.command();
        Optional<String> staleId =
                agent.get().resumed().filter(id -> stale != StaleProcess.OBSERVE && watch.isStale(id));
        if (staleId.isPresent()) {
            if (stale == StaleProcess.REFUSE) {
                return Optional.of(refusal(resumes, staleId.get(), command, chain));
            }
            agent = Optional.of(begunAfresh(builder, agent.get()));
        }
        Redirects redirects = arguments[0] instanceof Redirect[] given
                ? Redirects.of(given[1], given[2])
                : Redirects.of(builder.redirectOutput(), builder.redirectError());
        call.start = new Start(builder, command, agent.get(), redirects, chain);
        return Optional.empty();
    }

    /** What a run of it would have led to, without the run. */
    private static IOException refusal(Resumes resumes, String sessionId, List<String> command, CallChain chain) {
        IOException refusal = new IOException(
                "Cannot run program \"" + command.get(0) + "\": No conversation found with session ID: " + sessionId);
        resumes.standsForNoAttempt(sessionId, refusal, chain);
        Log.info("session " + Log.shortened(sessionId) + " is stale: its process was not started");
        return refusal;
    }

    private static AgentCommand begunAfresh(ProcessBuilder builder, AgentCommand agent) {
        String id = Log.shortened(agent.resumed().orElse(""));
        if (agent.fresh().isEmpty()) {
            Log.warnOnce(
                    "fresh",
                    "the process of session " + id + " is started as it is: its command is known by one of"
                            + " processes.patterns alone, and those do not tell which words name the session");
            return agent;
        }
        Log.info("session " + id + " is stale: its process begins a session of its own");
        builder.command(agent.fresh().get());
        return AgentCommand.beginning(Optional.empty());
    }

    /** The process to hand to the host; null leaves what the start came to. */
    @Nullable
    Process exited(Calls.LastingCall call, Start start, @Nullable Object returned) {
        // As the host set it: it may start the same builder again.
        start.builder().command(start.command());
        return returned instanceof Process process
                ? watch.watched(
                        process,
                        start.agent(),
                        start.builder(),
                        start.redirects(),
                        call.beganNanos,
                        start.chain(),
                        Calls::undisturbed)
                : null;
    }
}
