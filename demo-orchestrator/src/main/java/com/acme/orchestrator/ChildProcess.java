package com.acme.orchestrator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program to its end, with nothing on its stdin. */
final class ChildProcess {
    /** A grandchild that keeps a pipe open must not hold a dispatch that is over. */
    private static final Duration PIPE_GRACE = Duration.ofSeconds(5);

    private ChildProcess() {}

    /** What a program left behind. */
    record Output(int exit, List<String> stdout, List<String> stderr) {}

    /**
     * Starts the program and waits for its exit. It is killed, together with its children, when the time is up or the calling thread is
     * interrupted.
     */
    static Output run(ProcessBuilder program, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        Process process = program.start();
        try {
            process.getOutputStream().close();
            // Both pipes are drained while the program runs: a full one would stop it.
            FutureTask<List<String>> stdout = drain(process.getInputStream(), "claude-stdout");
            FutureTask<List<String>> stderr = drain(process.getErrorStream(), "claude-stderr");
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException("no exit within " + timeout.toSeconds() + " s");
            }
            return new Output(process.exitValue(), lines(stdout), lines(stderr));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static FutureTask<List<String>> drain(InputStream pipe, String name) {
        FutureTask<List<String>> lines = new FutureTask<>(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8))) {
                return reader.lines().toList();
            }
        });
        Thread thread = new Thread(lines, name);
        thread.setDaemon(true);
        thread.start();
        return lines;
    }

    private static List<String> lines(FutureTask<List<String>> pipe)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return pipe.get(PIPE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException unread) {
                throw unread.getCause();
            }
            throw new IOException(e.getCause());
        }
    }
}
