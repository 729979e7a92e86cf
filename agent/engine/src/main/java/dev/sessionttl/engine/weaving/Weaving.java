package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.resume.Resumes;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is woven into this JVM. */
public final class Weaving {
    private final Instrumentation instrumentation;
    private final HostTransformer transformer;
    private List<Target> targets;
    private List<Target> changed = List.of();

    private Weaving(Instrumentation instrumentation, HostTransformer transformer, List<Target> targets) {
        this.instrumentation = instrumentation;
        this.transformer = transformer;
        this.targets = targets;
    }

    /** Where in the host the calling thread is, for people. */
    public static String siteOfThisThread() {
        return Calls.site();
    }

    /** Whether an agent is woven into this JVM already; a second one would only repeat it. */
    public static boolean isUnderWay() {
        return DoorInstaller.isInstalled();
    }

    /**
     * Puts the door in place. From here on every class that the host loads is looked at; those that are loaded already are
     * woven now.
     *
     * @param used whether somebody has begun to use a class that is loaded
     * @return empty where another agent was first, in this very moment, and nothing was done
     * @throws IOException if the agent's jar is incomplete
     * @throws IllegalAccessException if the JVM does not let the door into {@code java.lang}
     */
    public static Optional<Weaving> begin(
            Instrumentation instrumentation,
            List<Target> targets,
            Sessions sessions,
            Resumes resumes,
            ClassWatch watch,
            Predicate<Class<?>> used,
            ExpiryEvents events)
            throws IOException, IllegalAccessException {
        if (!DoorInstaller.install(instrumentation)) {
            return Optional.empty();
        }
        WovenMethods methods = new WovenMethods();
        EngineDoor.open(methods, sessions, resumes, events);
        HostTransformer transformer = new HostTransformer(
                targets, onFirstUse(methods), new DriverWeaver(methods, DriverSite.of(watch)), watch, events);
        instrumentation.addTransformer(transformer, instrumentation.isRetransformClassesSupported());
        Weaving weaving = new Weaving(instrumentation, transformer, targets);
        weaving.weave(weaving.loaded(), targets);
        // Only now: a driver that is not in use yet will open its files where that is seen.
        tellOf(weaving.loaded(), watch, used);
        return Optional.of(weaving);
    }

    /**
     * From here on these are woven, and what is no longer among them is as the host made it. Calls that are under way end as
     * they began.
     */
    public synchronized void change(List<Target> to) {
        List<Target> both = new ArrayList<>(targets);
        both.addAll(to);
        transformer.weave(to);
        targets = to;
        changed = both;
        weave(loaded(), both);
    }

    /**
     * The last {@link #change} once more: a class that was just being defined was still woven by what counted before, and
     * could not be found among those that are loaded.
     */
    public synchronized void weaveChangedAgain() {
        weave(loaded(), changed);
    }

    /** What it takes to weave is loaded with the first site's class, and not by hosts that have none. */
    private static Supplier<Weaver> onFirstUse(WovenMethods methods) {
        return new Supplier<>() {
            private final Object lock = new Object();
            private volatile @Nullable Weaver weaver;

            @Override
            public Weaver get() {
                Weaver made = weaver;
                if (made == null) {
                    synchronized (lock) {
                        made = weaver == null ? new Weaver(methods, problem -> Log.warn(problem.toString())) : weaver;
                        weaver = made;
                    }
                }
                return made;
            }
        };
    }

    /** Those that may be the host's, and the few of the JDK's that matter here. */
    private List<Class<?>> loaded() {
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (HostTransformer.mayMatter(type)) {
                loaded.add(type);
            }
        }
        return loaded;
    }

    /** Another agent, or the host, may have begun with them before. A driver that nobody has used yet has nothing open. */
    private static void tellOf(List<Class<?>> loaded, ClassWatch watch, Predicate<Class<?>> used) {
        Set<ClassLoader> driverLoaders = new HashSet<>();
        for (Class<?> type : loaded) {
            String name = internalName(type);
            if (!HostTransformer.isOfSqliteDriver(name)) {
                HostTransformer.tellIfWatched(name, type.getClassLoader(), watch);
            } else if (isSqliteDriver(type) && used.test(type)) {
                driverLoaders.add(type.getClassLoader());
            }
        }
        watch.sqliteDriversWereUsedBy(driverLoaders);
    }

    private void weave(List<Class<?>> loaded, List<Target> named) {
        List<Class<?>> sites = new ArrayList<>();
        for (Class<?> type : loaded) {
            if (TargetNames.mayHoldSites(type.getClassLoader(), internalName(type))
                    && instrumentation.isModifiableClass(type)
                    && (isSqliteDriver(type) || named.stream().anyMatch(target -> names(target.pointcut(), type)))) {
                sites.add(type);
            }
        }
        if (!sites.isEmpty()) {
            weaveAnew(sites);
        }
    }

    private static boolean isSqliteDriver(Class<?> type) {
        return internalName(type).equals(DriverSite.TYPE);
    }

    private static String internalName(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    /** All at once, since that is one halt of the host; where one of them cannot be woven, each by itself. */
    private void weaveAnew(List<Class<?>> loaded) {
        try {
            instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
        } catch (UnmodifiableClassException | UnsupportedOperationException | LinkageError notWoven) {
            if (loaded.size() == 1) {
                Log.warn(loaded.get(0).getName() + " was loaded before the agent and could not be woven: "
                        + Log.inWords(notWoven));
            } else {
                loaded.forEach(each -> weaveAnew(List.of(each)));
            }
        }
    }

    /** What is above a loaded class is loaded too, so that asking for it loads nothing. */
    private static boolean names(Pointcut pointcut, @Nullable Class<?> type) {
        if (type == null) {
            return false;
        }
        if (pointcut.matchesType(type.getName())) {
            return true;
        }
        return pointcut.includesSubtypes()
                && (names(pointcut, type.getSuperclass())
                        || Arrays.stream(type.getInterfaces()).anyMatch(above -> names(pointcut, above)));
    }
}
