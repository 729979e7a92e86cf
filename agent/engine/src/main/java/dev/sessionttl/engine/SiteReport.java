package dev.sessionttl.engine;

import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.weaving.LogFailure;
import dev.sessionttl.engine.weaving.LogSites;
import dev.sessionttl.engine.weaving.Target;
import dev.sessionttl.engine.weaving.Targets;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells how many methods each pointcut was woven into; zero is loud, with the nearest names (law 7). */
final class SiteReport {
    private static final long AFTER_MAIN_MILLIS = 30_000;
    private static final int NAMES_TOLD = 3;

    private volatile List<Target> targets;
    private volatile LogSites logs;
    private final Instrumentation instrumentation;
    private volatile boolean due;

    SiteReport(Targets targets, Instrumentation instrumentation) {
        this.targets = targets.targets();
        this.logs = targets.logs();
        this.instrumentation = instrumentation;
    }

    /** The config names others now; it is told again what they are woven into. */
    void change(Targets to, BackgroundThread background) {
        targets = to.targets();
        logs = to.logs();
        onceTheHostRuns(background);
    }

    Map<String, Integer> methodsByPointcut() {
        Map<String, Integer> methods = new LinkedHashMap<>();
        for (Target target : targets) {
            methods.merge(target.pointcut().text(), target.wovenMethods().size(), Integer::sum);
        }
        // Two entries that name the same loggers are woven into the same methods.
        LogSites loggers = logs;
        loggers.failures().forEach(failure -> methods.put(failure.label(), loggers.wovenMethods()));
        return methods;
    }

    /** How many the config names. */
    int pointcuts() {
        return targets.size() + logs.failures().size();
    }

    /** How many methods they are woven into by now. */
    int methods() {
        int methods = 0;
        for (int ofOne : methodsByPointcut().values()) {
            methods += ofOne;
        }
        return methods;
    }

    /** Those of the config, loggers last, with what they are woven into so far. */
    List<Status.Site> sites() {
        List<Status.Site> sites = new ArrayList<>();
        for (Target target : targets) {
            sites.add(new Status.Site(
                    target.pointcut().text(),
                    target.kind(),
                    target.wovenMethods().size()));
        }
        for (LogFailure failure : logs.failures()) {
            sites.add(new Status.Site(failure.label(), "failure", logs.wovenMethods()));
        }
        return sites;
    }

    /** Whether the host has run for long enough that a site without a method tells something. */
    boolean areDue() {
        return due;
    }

    void onceTheHostRuns(BackgroundThread background) {
        background.after(AFTER_MAIN_MILLIS, this::tell);
    }

    private void tell() {
        due = true;
        tellOfLogs();
        for (Target target : targets) {
            if (target.wovenMethods().isEmpty()) {
                Log.warn(target.place() + ": " + target.pointcut() + " has matched nothing since the host started"
                        + hintFor(target) + "; until it does, nothing happens there");
            } else {
                Log.info(target.pointcut() + " is woven into "
                        + target.wovenMethods().size() + " methods");
            }
        }
    }

    private void tellOfLogs() {
        List<String> others = logs.otherLoggers();
        for (LogFailure failure : logs.failures()) {
            String named = failure.place() + ": " + failure.label();
            if (logs.wovenMethods() == 0) {
                Log.warn(named + " has matched nothing since the host started: none of " + logs.libraries()
                        + " is loaded so far; until one is, nothing happens there");
            } else if (failure.wasHeard() || others.isEmpty()) {
                Log.info(failure.label() + " is woven into " + logs.wovenMethods() + " methods");
            } else {
                List<String> nearest = Nearest.to(failure.pattern(), others, NAMES_TOLD);
                Log.warn(named + " is woven, but no logger of that name has logged since the host started; "
                        + (nearest.isEmpty()
                                ? "some that have are " + others.subList(0, Math.min(NAMES_TOLD, others.size()))
                                : "the nearest that have are " + nearest));
            }
        }
    }

    private String hintFor(Target target) {
        String wanted = target.pointcut().typePattern();
        List<String> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.getClassLoader() != null
                    && type.getClassLoader() != Engine.class.getClassLoader()
                    && !type.isArray()) {
                if (target.pointcut().matchesType(type.getName())) {
                    return ": " + type.getName() + " is loaded, but has no such method with a body of its own";
                }
                loaded.add(type.getName());
            }
        }
        List<String> nearest = Nearest.typesTo(wanted, loaded, NAMES_TOLD);
        return nearest.isEmpty()
                ? ": no class of that name, or like it, is loaded so far"
                : ": no class of that name is loaded so far; the nearest are " + nearest;
    }
}
