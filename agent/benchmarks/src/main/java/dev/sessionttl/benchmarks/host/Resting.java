package dev.sessionttl.benchmarks.host;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** Reads some sessions, rests, and says what the JVM holds then. */
public final class Resting {
    private static final int READS = 100;
    /** Until whatever serves reads has let go of what it holds for the next one. */
    private static final long REST_MILLIS = 4_000;

    private static final double KILO = 1e3;

    private Resting() {}

    public static void main(String[] arguments) throws Exception {
        try (KeptConnection kept = KeptConnection.to(arguments[0])) {
            SessionStore store = new SessionStore(kept);
            for (int i = 0; i < READS; i++) {
                if (store.find(arguments[1]).isEmpty()) {
                    throw new IllegalStateException("the session is gone");
                }
            }
            Thread.sleep(REST_MILLIS);
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            tell(
                    "heap-kB",
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / KILO);
            tell("metaspace-kB", metaspace() / KILO);
            tell("threads", ManagementFactory.getThreadMXBean().getThreadCount());
            tell("classes", ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        }
    }

    /** The class space is part of it, and another pool as well. */
    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static void tell(String name, double value) {
        System.out.println("figure " + name + " " + value);
    }
}
