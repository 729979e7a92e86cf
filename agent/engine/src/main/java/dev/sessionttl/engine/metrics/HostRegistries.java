package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import java.lang.reflect.InvocationTargetException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * Has our meters in the global registry of every Micrometer that the host brings, so that they come out where its own do. They
 * are added as meters; a registry of ours within the host's would change what its own ones answer.
 */
public final class HostRegistries {
    private final SessionMeters meters;
    private final Predicate<Class<?>> used;
    private final ExpiryEvents events;
    private final Queue<HostMicrometer> copies = new ConcurrentLinkedQueue<>();

    /** @param used whether the host has begun to use a class of its own; until then that is left alone */
    public HostRegistries(SessionMeters meters, Predicate<Class<?>> used, ExpiryEvents events) {
        this.meters = meters;
        this.used = used;
        this.events = events;
    }

    /** Notes a copy, and touches nothing of it; any thread may call, while the host is defining its classes. */
    public void loadedBy(ClassLoader loader) {
        if (copies.stream().noneMatch(copy -> copy.isOf(loader))) {
            copies.add(new HostMicrometer(loader, used));
        }
    }

    /**
     * Registers what is missing. To be called now and then, after the host's {@code main} has begun (law 4), by one thread that
     * may be kept waiting: class loaders, filters and listeners of the host's are at work in it.
     */
    public void look() {
        copies.removeIf(copy -> copy.isGone() || !isServed(copy));
    }

    /** A copy that fails once is left alone from then on: what a look throws the next one would throw too. */
    private boolean isServed(HostMicrometer copy) {
        try {
            copy.look(meters.all());
            return true;
        } catch (InvocationTargetException failure) {
            events.failedOpen("registry", failure.getCause() == null ? failure : failure.getCause());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError failure) {
            events.failedOpen("registry", failure);
        }
        return false;
    }
}
