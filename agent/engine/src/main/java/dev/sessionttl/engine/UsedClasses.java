package dev.sessionttl.engine;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells the classes that somebody has begun to use from those that are only loaded. From an AOT cache the JVM loads whatever is in
 * it before any agent, a SQLite driver and Micrometer too, and to use one of these first would be to use it in the host's place
 * (law 4). Any thread may ask; nothing is initialized by that.
 */
final class UsedClasses implements Predicate<Class<?>> {
    private static final String PACKAGE = "jdk.internal.misc";

    private final Instrumentation instrumentation;

    UsedClasses(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    /** Whether the class is initialized, which only the JDK's own {@code Unsafe} tells; true on a JDK that does not. */
    @Override
    public boolean test(Class<?> type) {
        try {
            instrumentation.redefineModule(
                    Object.class.getModule(),
                    Set.of(),
                    Map.of(PACKAGE, Set.of(UsedClasses.class.getModule())),
                    Map.of(),
                    Set.of(),
                    Map.of());
            Class<?> unsafe = Class.forName(PACKAGE + ".Unsafe");
            Object its = unsafe.getMethod("getUnsafe").invoke(null);
            return !(boolean)
                    unsafe.getMethod("shouldBeInitialized", Class.class).invoke(its, type);
        } catch (ReflectiveOperationException | RuntimeException anotherJdk) {
            return true;
        }
    }
}
