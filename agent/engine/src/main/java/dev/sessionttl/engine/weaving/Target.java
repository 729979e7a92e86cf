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
    private final ValuePath likelySessionId;
    private final Optional<ValuePath> text;
    private final RefusalText refusals;
    private final Optional<DriverSite> driver;
    private final Set<String> wovenMethods = new ConcurrentSkipListSet<>();

    private Target(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath likelySessionId,
            Optional<ValuePath> text,
            RefusalText refusals,
            Optional<DriverSite> driver) {
        this.place = place;
        this.pointcut = pointcut;
        this.key = key;
        this.sessionId = sessionId;
        this.likelySessionId = likelySessionId;
        this.text = text;
        this.refusals = refusals;
        this.driver = driver;
    }

    static Target ofRead(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath likelySessionId) {
        return new Target(
                place,
                pointcut,
                key,
                sessionId,
                likelySessionId,
                Optional.empty(),
                RefusalText.ofClaude(),
                Optional.empty());
    }

    static Target ofFailure(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath text,
            RefusalText refusals) {
        return new Target(
                place, pointcut, key, sessionId, ValuePaths.RETURNED, Optional.of(text), refusals, Optional.empty());
    }

    /** The one target that no config names. */
    static Target ofDriver(ClassWatch watch) {
        return new Target(
                "the SQLite driver",
                DriverSite.POINTCUT,
                List.of(),
                Optional.empty(),
                ValuePaths.RETURNED,
                Optional.empty(),
                RefusalText.ofClaude(),
                Optional.of(new DriverSite(watch)));
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

    Optional<DriverSite> driver() {
        return driver;
    }

    boolean isRead() {
        return text.isEmpty() && driver.isEmpty();
    }

    ReadSite read() {
        return new ReadSite(place, key, sessionId, likelySessionId);
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
