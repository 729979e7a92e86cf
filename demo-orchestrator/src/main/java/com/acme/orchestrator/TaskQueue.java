package com.acme.orchestrator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * Tasks in order of arrival, one at a time for each agent: an agent has one conversation, and two turns of it cannot run at once.
 * All methods may be called from any thread.
 */
public final class TaskQueue {
    private final Deque<Task> waiting = new ArrayDeque<>();
    private final Set<String> busyAgents = new HashSet<>();
    private boolean closed;

    /** Appends a task; throws {@link IllegalStateException} once the queue is closed. */
    public synchronized void add(Task task) {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        waiting.add(task);
        notifyAll();
    }

    /** Says that no more tasks will come. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits for the first task whose agent is idle, and keeps that agent busy until {@link #done}; empty when closed and drained. */
    public synchronized Optional<Task> take() throws InterruptedException {
        while (true) {
            Optional<Task> next = pollIdle();
            if (next.isPresent() || (closed && waiting.isEmpty())) {
                return next;
            }
            wait();
        }
    }

    /** Frees the task's agent for its next one. */
    public synchronized void done(Task task) {
        busyAgents.remove(task.agentId());
        notifyAll();
    }

    private Optional<Task> pollIdle() {
        for (Iterator<Task> tasks = waiting.iterator(); tasks.hasNext(); ) {
            Task task = tasks.next();
            if (busyAgents.add(task.agentId())) {
                tasks.remove();
                return Optional.of(task);
            }
        }
        return Optional.empty();
    }
}
