package dev.sessionttl.engine.weaving;

import java.lang.StackWalker.StackFrame;
import java.util.List;

/** Tells from the stack on whose behalf a read site is called; asked only where the table would be asked too. */
final class Callers {
    private static final StackWalker FRAMES = StackWalker.getInstance();

    /** What stands between a caller and what it calls, the classes too that Hibernate makes to call getters by. */
    private static final List<String> MACHINERY =
            List.of("java.lang.reflect.", "java.lang.invoke.", "jdk.internal.reflect.", "sun.reflect.");

    private static final String HIBERNATES_ACCESSOR = "$HibernateAccessOptimizer";

    private Callers() {}

    /**
     * Whether Hibernate reads an entity's state, to store it or to see whether it has changed: null in the place of an id
     * would be written back. Its proxies only hand on what the host asks for.
     */
    static boolean areStoringState() {
        return FRAMES.walk(frames -> frames.map(StackFrame::getClassName)
                .dropWhile(Callers::isOurs)
                // The woven method itself.
                .skip(1)
                .filter(name -> !isMachinery(name))
                .findFirst()
                .filter(name -> name.startsWith("org.hibernate.") && !name.startsWith("org.hibernate.proxy."))
                .isPresent());
    }

    private static boolean isOurs(String name) {
        return name.startsWith("dev.sessionttl.") || name.equals("java.lang.SessionTtlDoor");
    }

    private static boolean isMachinery(String name) {
        return name.contains(HIBERNATES_ACCESSOR) || MACHINERY.stream().anyMatch(name::startsWith);
    }
}
