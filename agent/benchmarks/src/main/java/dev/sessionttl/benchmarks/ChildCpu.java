package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processor time of the child processes that have ended, as Linux keeps it. Exact to 10 ms, and of one child where they
 * run one after the other.
 */
final class ChildCpu {
    private static final Path OWN = Path.of("/proc/self/stat");
    private static final double MILLIS_PER_TICK = 10;
    /** Counted from behind the name, which may hold blanks. */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;

    private ChildCpu() {}

    /** In ms, of all children until now. */
    static double millis() throws IOException {
        String stat = Files.readString(OWN);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return MILLIS_PER_TICK * (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]));
    }
}
