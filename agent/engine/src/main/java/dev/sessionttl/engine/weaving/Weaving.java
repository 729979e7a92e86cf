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
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts the door in place and begins to weave. */
public final class Weaving {
    private Weaving() {}

    /** Whether an agent is woven into this JVM already; a second one would only repeat it. */
    public static boolean isUnderWay() {
        return DoorInstaller.isInstalled();
    }

    /**
     * From here on every class that the host loads is looked at; those that are loaded already are woven now.
     *
     * @return false where another agent was first, in this very moment, and nothing was done
     * @throws IOException if the agent's jar is incomplete
     * @throws IllegalAccessException if the JVM does not let the door into {@code java.lang}
     */
    public static boolean begin(
            Instrumentation instrumentation,
            List<Target> targets,
            Sessions sessions,
            Resumes resumes,
            ClassWatch watch,
            ExpiryEvents events)
            throws IOException, IllegalAccessException {
        if (!DoorInstaller.install(instrumentation)) {
            return false;
        }
        WovenMethods methods = new WovenMethods();
        EngineDoor.open(methods, sessions, resumes, events);
        instrumentation.addTransformer(
                new HostTransformer(targets, onFirstUse(methods), watch, events),
                instrumentation.isRetransformClassesSupported());
        weaveLoaded(instrumentation, targets, watch);
        return true;
    }

    /** Byte Buddy costs a third of a second: it is paid when the first site's class loads, and not by hosts that have none. */
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

    private static void weaveLoaded(Instrumentation instrumentation, List<Target> targets, ClassWatch watch) {
        List<Class<?>> loaded = new ArrayList<>();
        Set<ClassLoader> driverLoaders = new HashSet<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (HostTransformer.isOfSqliteDriver(type)) {
                driverLoaders.add(type.getClassLoader());
            } else if (type.getClassLoader() != Weaving.class.getClassLoader()) {
                // Another agent, or the host, may have begun with them before.
                HostTransformer.tellIfWatched(type.getName().replace('.', '/'), type.getClassLoader(), watch);
            }
            if (TargetNames.mayHoldSites(type.getClassLoader(), type.getName().replace('.', '/'))
                    && instrumentation.isModifiableClass(type)
                    && targets.stream().anyMatch(target -> names(target.pointcut(), type))) {
                loaded.add(type);
            }
        }
        watch.sqliteDriversWereLoadedBy(driverLoaders);
        if (!loaded.isEmpty()) {
            weaveAnew(instrumentation, loaded);
        }
    }

    /** All at once, since that is one halt of the host; where one of them cannot be woven, each by itself. */
    private static void weaveAnew(Instrumentation instrumentation, List<Class<?>> loaded) {
        try {
            instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
        } catch (UnmodifiableClassException | UnsupportedOperationException | LinkageError notWoven) {
            if (loaded.size() == 1) {
                Log.warn(loaded.get(0).getName() + " was loaded before the agent and could not be woven: "
                        + Log.inWords(notWoven));
            } else {
                loaded.forEach(each -> weaveAnew(instrumentation, List.of(each)));
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
