package dev.sessionttl.engine.resume;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process as the host has it, with an ear at its output and at its end. It does what the process does, no more; there is no
 * thread for it. Any thread may call.
 */
final class WatchedProcess extends Process {
    private final Process process;
    private final ProcessRun run;
    private final IntConsumer onExit;
    private final InputStream out;
    private final InputStream err;

    /** @param onExit is told the exit code at least once, by whoever learns of it first */
    WatchedProcess(Process process, ProcessRun run, IntConsumer onExit) {
        this.process = process;
        this.run = run;
        this.onExit = onExit;
        this.out = streamOf(run.out, process.getInputStream());
        this.err = streamOf(run.err, process.getErrorStream());
    }

    /** Buffered, with mark and reset, as the JDK's own streams of a process are. */
    private static InputStream streamOf(Heard heard, InputStream own) {
        return heard instanceof HeardStream stream ? new BufferedInputStream(stream) : own;
    }

    @Override
    public InputStream getInputStream() {
        return out;
    }

    @Override
    public InputStream getErrorStream() {
        return err;
    }

    @Override
    public OutputStream getOutputStream() {
        return process.getOutputStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        int code = process.waitFor();
        onExit.accept(code);
        return code;
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        boolean isOver = process.waitFor(timeout, unit);
        if (isOver) {
            onExit.accept(process.exitValue());
        }
        return isOver;
    }

    @Override
    public int exitValue() {
        int code = process.exitValue();
        onExit.accept(code);
        return code;
    }

    @Override
    public boolean isAlive() {
        boolean isAlive = process.isAlive();
        if (!isAlive) {
            onExit.accept(process.exitValue());
        }
        return isAlive;
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return process.onExit().thenApply(ended -> {
            onExit.accept(ended.exitValue());
            return this;
        });
    }

    @Override
    public void destroy() {
        run.stop();
        process.destroy();
    }

    @Override
    public Process destroyForcibly() {
        run.stop();
        process.destroyForcibly();
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return process.supportsNormalTermination();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public ProcessHandle toHandle() {
        return process.toHandle();
    }

    @Override
    public ProcessHandle.Info info() {
        return process.info();
    }

    @Override
    public Stream<ProcessHandle> children() {
        return process.children();
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return process.descendants();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
