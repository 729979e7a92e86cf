package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;

/**
 * A pointcut and what is to be woven where it matches; it keeps count of where it did.
 */
public final class Target {
    private final String kind;
    private final String place;
    private final Pointcut pointcut;
    private final List<ValuePath> paths;
    private final boolean deletesReadRows;
    private final Function<HostMethod, Site> site;
    private final Set<String> wovenMethods;

    private Target(
            String kind,
            String place,
            Pointcut pointcut,
            List<ValuePath> paths,
            boolean deletesReadRows,
            Function<HostMethod, Site> site,
            Set<String> wovenMethods) {
        this.kind = kind;
        this.place = place;
        this.pointcut = pointcut;
        this.paths = paths;
        this.deletesReadRows = deletesReadRows;
        this.site = site;
        this.wovenMethods = wovenMethods;
    }

    /** @param deletesReadRows whether a row goes after it was read, rather than its id alone */
    static Target ofRead(
            String place,
            Pointcut pointcut,
            List<ValuePath> paths,
            boolean deletesReadRows,
            Function<HostMethod, Site> site) {
        return new Target("read", place, pointcut, paths, deletesReadRows, site, new ConcurrentSkipListSet<>());
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
                "failure",
                place,
                pointcut,
                paths,
                false,
                method -> new FailureSite(sessionId, key, text, refusals, new KnownFailures()),
                new ConcurrentSkipListSet<>());
    }

    /** One that no config names. */
    static Target of(String place, Pointcut pointcut, Site site) {
        return of(place, pointcut, site, new ConcurrentSkipListSet<>());
    }

    /** As {@link #of(String, Pointcut, Site)}, one of several ways to the same, which keep count together. */
    static Target of(String place, Pointcut pointcut, Site site, Set<String> wovenMethods) {
        return new Target("own", place, pointcut, List.of(), false, method -> site, wovenMethods);
    }

    static List<ValuePath> allOf(List<ValuePath> key, Optional<ValuePath> sessionId) {
        List<ValuePath> paths = new ArrayList<>(key);
        sessionId.ifPresent(paths::add);
        return paths;
    }

    /** {@code read} or {@code failure}; {@code own} where no config names it. */
    public String kind() {
        return kind;
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
    Site siteIn(HostMethod method) {
        return site.apply(method);
    }

    boolean deletesReadRows() {
        return deletesReadRows;
    }

    /** Every value path of the config's entry, so that one which cannot exist on a method can be told. */
    List<ValuePath> paths() {
        return paths;
    }
}
