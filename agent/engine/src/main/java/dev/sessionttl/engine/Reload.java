package dev.sessionttl.engine;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Follows the config's file while the host runs. A change is taken over as a whole or, where there is anything wrong with it
 * that was not wrong before, not at all. One thread at a time.
 */
final class Reload {
    /** A change counts once it was there twice: nobody's half-written file is read. */
    static final long LOOK_MILLIS = 1_000;

    private final Path file;
    private final Supplier<Settings> load;
    private final Consumer<Settings> onChange;
    private final ExpiryEvents events;
    private Settings current;
    private Optional<Version> taken;
    private Optional<Version> seen;

    /** What tells one content of the file from another without reading it. */
    private record Version(long modifiedMillis, long bytes, Optional<Object> fileKey) {}

    /**
     * Reads the file for the first time.
     *
     * @param load reads the file and everything above it
     * @param onChange is handed what counts from now on
     */
    Reload(Path file, Supplier<Settings> load, ExpiryEvents events, Consumer<Settings> onChange) {
        this.file = file;
        this.load = load;
        this.events = events;
        this.onChange = onChange;
        // Before it is read: what is written while it is read is a change.
        this.taken = version();
        this.seen = taken;
        this.current = load.get();
    }

    /** As it was last read, and found right or at least no worse than before. */
    Settings current() {
        return current;
    }

    /** Looks whether the file has changed. */
    void look() {
        Optional<Version> now = version();
        boolean isSettled = now.equals(seen);
        seen = now;
        if (!isSettled || now.equals(taken)) {
            return;
        }
        taken = now;
        if (now.isEmpty()) {
            Log.warn(file + " is gone: what it said last goes on to count");
        } else {
            take(load.get());
        }
    }

    private void take(Settings changed) {
        List<Problem> problems = new ArrayList<>(changed.problems());
        problems.removeAll(current.problems());
        if (problems.isEmpty()) {
            // The file is the host's own, and most of it none of the agent's business.
            boolean isOurs =
                    !changed.config().toString().equals(current.config().toString());
            current = changed;
            if (isOurs) {
                onChange.accept(changed);
            }
            return;
        }
        problems.forEach(problem -> Log.warn(problem.toString()));
        Log.warn(file + " has changed, but is not taken over for what is wrong with it: what it said before goes on to"
                + " count");
        events.failedOpen("config", new IllegalArgumentException(problems.get(0).toString()));
    }

    private Optional<Version> version() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Version(
                    attributes.lastModifiedTime().toMillis(),
                    attributes.size(),
                    Optional.ofNullable(attributes.fileKey())));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
