package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.report.Log;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sees every class that the host loads; compares names first, and weaves the few that hold a site. Never throws. */
final class HostTransformer implements ClassFileTransformer {
    private static final String SQLITE = "org/sqlite/";
    private static final String MICROMETER = "io/micrometer/core/instrument/Metrics";
    private static final String MANAGEMENT = "javax/management/MBeanServerFactory";

    /** Of the JDK's own classes those that hold sites or are watched, as a loaded class is called. */
    private static final Set<String> OF_THE_JDK = ofTheJdk();

    private final ClassLoader engineLoader = HostTransformer.class.getClassLoader();
    private final ClassLoader systemLoader = ClassLoader.getSystemClassLoader();
    private final Supplier<Weaver> weaver;
    private final DriverWeaver drivers;
    private final ClassWatch watch;
    private final ExpiryEvents events;
    private volatile TargetNames names;
    private volatile boolean mainHasBegun;

    HostTransformer(
            List<Target> targets,
            Supplier<Weaver> weaver,
            DriverWeaver drivers,
            ClassWatch watch,
            ExpiryEvents events) {
        this.names = new TargetNames(targets);
        this.weaver = weaver;
        this.drivers = drivers;
        this.watch = watch;
        this.events = events;
    }

    /** From now on these are woven, and no others. */
    void weave(List<Target> targets) {
        names = new TargetNames(targets);
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        // All of ours, the nameless (lambdas), and most of the JDK's own classes hold no sites.
        if (loader == engineLoader || className == null) {
            return null;
        }
        try {
            if (redefined == null) {
                tellIfWatched(className, loader, watch);
            }
            if (!TargetNames.mayHoldSites(loader, className)) {
                return null;
            }
            if (!mainHasBegun && loader == systemLoader && isMainThread() && !isAgentBeingStarted()) {
                mainHasBegun = true;
                watch.mainBegins();
            }
            if (className.equals(DriverSite.TYPE)) {
                return drivers.weave(loader, classFile);
            }
            List<Target> matching = names.matching(loader, className, classFile);
            return matching.isEmpty()
                    ? null
                    : weaver.get().weave(loader, classFile, matching).orElse(null);
        } catch (Throwable failure) {
            // Law 7: the JVM would swallow it, and the site would silently be none.
            String what = className.replace('/', '.') + " could not be woven: " + Log.inWords(failure);
            events.failedOpen("weave", new IllegalStateException(what, failure));
            return null;
        }
    }

    /**
     * Whether a loaded class may be the host's, or is one of the JDK's that hold sites or are watched. Nearly all are the
     * JDK's, so that their names are compared as they are.
     */
    static boolean mayMatter(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null ? OF_THE_JDK.contains(type.getName()) : loader != HostTransformer.class.getClassLoader();
    }

    /**
     * Whether it is of a SQLite driver, of which the host may have several.
     *
     * @param className with slashes
     */
    static boolean isOfSqliteDriver(String className) {
        return className.startsWith(SQLITE);
    }

    /**
     * Tells of the classes by which the host begins with something that concerns the agent.
     *
     * @param className with slashes
     */
    static void tellIfWatched(String className, @Nullable ClassLoader loader, ClassWatch watch) {
        if (loader == null) {
            if (className.equals(MANAGEMENT)) {
                watch.managementBegins();
            }
        } else if (isOfSqliteDriver(className)) {
            watch.sqliteDriverLoadedBy(loader);
        } else if (className.equals(MICROMETER)) {
            watch.micrometerLoadedBy(loader);
        }
    }

    private static Set<String> ofTheJdk() {
        Set<String> names = new HashSet<>();
        names.add(MANAGEMENT.replace('/', '.'));
        for (String site : TargetNames.OF_THE_JDK) {
            names.add(site.replace('/', '.'));
        }
        return names;
    }

    private static boolean isMainThread() {
        return Thread.currentThread().getName().equals("main");
    }

    /** Before {@code main}, only agents load classes: we ourselves, and those that come after us on the command line. */
    private static boolean isAgentBeingStarted() {
        for (StackTraceElement frame : Thread.currentThread().getStackTrace()) {
            if (frame.getClassName().startsWith("sun.instrument.InstrumentationImpl")
                    && frame.getMethodName().startsWith("loadClassAnd")) {
                return true;
            }
        }
        return false;
    }
}
