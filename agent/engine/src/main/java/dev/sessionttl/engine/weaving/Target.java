package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;

/**
 * A pointcut and what is to be woven where it matches; it keeps count of where it did.
 */
public final class Target {
    private final String place;
    private final Pointcut pointcut;
    private final List<ValuePath> paths;
    private final Supplier<Site> site;
    private final Set<String> wovenMethods = new ConcurrentSkipListSet<>();

    private Target(String place, Pointcut pointcut, List<ValuePath> paths, Supplier<Site> site) {
        this.place = place;
        this.pointcut = pointcut;
        this.paths = paths;
        this.site = site;
    }

    static Target ofRead(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath likelySessionId) {
        ReadSite site = new ReadSite(place, key, sessionId, likelySessionId);
        return new Target(place, pointcut, allOf(key, sessionId), () -> site);
    }

    static Target ofFailure(
            String place,
            Pointcut pointcut,
            List<ValuePath> key,
            Optional<ValuePath> sessionId,
            ValuePath text,
            RefusalText refusals) {
        List<ValuePath> paths = allOf(key, sessionId);
        paths.add(text);
        // What was seen thrown is remembered method by method.
        return new Target(
                place, pointcut, paths, () -> new FailureSite(sessionId, key, text, refusals, new KnownFailures()));
    }

    /** One that no config names. */
    static Target of(String place, Pointcut pointcut, Site site) {
        return new Target(place, pointcut, List.of(), () -> site);
    }

    private static List<ValuePath> allOf(List<ValuePath> key, Optional<ValuePath> sessionId) {
        List<ValuePath> paths = new ArrayList<>(key);
        sessionId.ifPresent(paths::add);
        return paths;
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

    /** What is to be done in one method that the pointcut matches. */
    Site site() {
        return site.get();
    }

    /** Every value path of the config's entry, so that one which cannot exist on a method can be told. */
    List<ValuePath> paths() {
        return paths;
    }
}
