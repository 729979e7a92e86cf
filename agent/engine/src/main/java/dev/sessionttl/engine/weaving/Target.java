package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A pointcut of the config and what is to be woven where it matches; it keeps count of where it did.
 */
public final class Target {
    private final String place;
    private final Pointcut pointcut;
    private final List<ValuePath> key;
    private final Optional<ValuePath> sessionId;
    private final Optional<ValuePath> text;
    private final RefusalText refusals;
    private final Set<String> wovenMethods = new ConcurrentSkipListSet<>();

    private Target(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            Optional<ValuePath> text,
            RefusalText refusals) {
        this.place = place;
        this.pointcut = pointcut;
        this.key = key;
        this.sessionId = sessionId;
        this.text = text;
        this.refusals = refusals;
    }

    static Target ofRead(String place, Pointcut pointcut, List<ValuePath> key, Optional<ValuePath> sessionId) {
        return new Target(place, pointcut, key, sessionId, Optional.empty(), RefusalText.ofClaude());
    }

    static Target ofFailure(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath text,
            RefusalText refusals) {
        return new Target(place, pointcut, key, sessionId, Optional.of(text), refusals);
    }

    /** Where the config says so. */
    public String place() {
        return place;
    }

    public Pointcut pointcut() {
        return pointcut;
    }

    /** The methods it is woven into, as {@code type#name(parameters)}. */
    public Set<String> wovenMethods() {
        return wovenMethods;
    }

    boolean isRead() {
        return text.isEmpty();
    }

    ReadSite read() {
        return new ReadSite(place, key, sessionId);
    }

    FailureSite failure() {
        return new FailureSite(sessionId, key, text.orElseThrow(), refusals, new KnownFailures());
    }

    List<ValuePath> paths() {
        List<ValuePath> paths = new ArrayList<>(key);
        sessionId.ifPresent(paths::add);
        text.ifPresent(paths::add);
        return paths;
    }
}
