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
import java.util.List;
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
     * @throws IOException if the agent's jar is incomplete
     * @throws IllegalAccessException if the JVM does not let the door into {@code java.lang}
     */
    public static void begin(
            Instrumentation instrumentation,
            List<Target> targets,
            Sessions sessions,
            Resumes resumes,
            ClassWatch watch,
            ExpiryEvents events)
            throws IOException, IllegalAccessException {
        DoorInstaller.install(instrumentation);
        WovenMethods methods = new WovenMethods();
        EngineDoor.open(methods, sessions, resumes, events);
        instrumentation.addTransformer(
                new HostTransformer(targets, onFirstUse(methods), watch, events),
                instrumentation.isRetransformClassesSupported());
        weaveLoaded(instrumentation, targets, watch);
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
                        made = weaver == null ? new Weaver(methods) : weaver;
                        weaver = made;
                    }
                }
                return made;
            }
        };
    }

    private static void weaveLoaded(Instrumentation instrumentation, List<Target> targets, ClassWatch watch) {
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            // Another agent, or the host, may have begun with them before.
            if (type.getClassLoader() != Weaving.class.getClassLoader()) {
                HostTransformer.tellIfWatched(type.getName().replace('.', '/'), type.getClassLoader(), watch);
            }
            if (TargetNames.mayHoldSites(type.getClassLoader(), type.getName().replace('.', '/'))
                    && instrumentation.isModifiableClass(type)
                    && targets.stream().anyMatch(target -> names(target.pointcut(), type))) {
                loaded.add(type);
            }
        }
        if (!loaded.isEmpty()) {
            try {
                instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
            } catch (UnmodifiableClassException | LinkageError notWoven) {
                Log.warn("classes that were loaded before the agent could not be woven: " + Log.inWords(notWoven));
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
