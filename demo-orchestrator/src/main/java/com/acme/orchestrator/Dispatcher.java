package com.acme.orchestrator;

import com.acme.orchestrator.DispatchReport.Outcome;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Takes tasks from the queue and has the CLI do them: in the agent's session where one is stored, else in a new one. */
public final class Dispatcher {
    private final TaskQueue queue;
    private final SessionStore store;
    private final ClaudeCli cli;
    private final Consumer<String> log;

    /**
     * @param log gets a line for everything that happens to a dispatch, from any thread
     */
    public Dispatcher(TaskQueue queue, SessionStore store, ClaudeCli cli, Consumer<String> log) {
        this.queue = queue;
        this.store = store;
        this.cli = cli;
        this.log = log;
    }

    /** Works the queue off, until it is closed and empty, on that many threads. Interrupted, it stops the runs under way. */
    public List<DispatchReport> drain(int threads) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<DispatchReport>>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(this::work));
            }
            List<DispatchReport> reports = new ArrayList<>();
            for (Future<List<DispatchReport>> worker : workers) {
                reports.addAll(worker.get());
            }
            return reports;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker died", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private List<DispatchReport> work() throws InterruptedException {
        List<DispatchReport> reports = new ArrayList<>();
        for (Optional<Task> task = queue.take(); task.isPresent(); task = queue.take()) {
            try {
                reports.add(dispatch(task.get()));
            } finally {
                queue.done(task.get());
            }
        }
        return reports;
    }

    private DispatchReport dispatch(Task task) throws InterruptedException {
        Optional<String> session = Optional.empty();
        Optional<Duration> refusedAfter = Optional.empty();
        Outcome outcome = Outcome.FAILED;
        try {
            session = store.find(task.agentId());
            if (session.isPresent()) {
                refusedAfter = resume(task, session.get());
            }
            if (session.isPresent() && refusedAfter.isEmpty()) {
                outcome = Outcome.RESUMED;
            } else {
                start(task);
                outcome = Outcome.STARTED_FRESH;
            }
        } catch (ClaudeCliException | StoreException e) {
            log.accept(task.agentId() + "  failed: " + e.getMessage());
        }
        return new DispatchReport(task.agentId(), session, refusedAfter, outcome);
    }

    /** The time that a refusal took, in whole milliseconds; empty when the session went on. */
    private Optional<Duration> resume(Task task, String sessionId) throws ClaudeCliException, InterruptedException {
        long began = System.nanoTime();
        try {
            RunResult result = cli.resume(sessionId, task.prompt());
            store.touch(task.agentId(), sessionId, result.sessionId());
            log.accept(task.agentId() + "  resumed " + result.sessionId());
            return Optional.empty();
        } catch (ResumeFailedException e) {
            log.accept(task.agentId() + "  " + e.getMessage());
            return Optional.of(Duration.ofNanos(System.nanoTime() - began).truncatedTo(ChronoUnit.MILLIS));
        }
    }

    private void start(Task task) throws ClaudeCliException, InterruptedException {
        RunResult result = cli.start(task.prompt());
        // The incident's flaw, kept on purpose: after a refusal the dead session's row is still there, the store
        // keeps it, and the agent's next dispatch tries the dead session again.
        store.remember(task.agentId(), result.sessionId());
        log.accept(task.agentId() + "  started fresh " + result.sessionId());
    }
}
