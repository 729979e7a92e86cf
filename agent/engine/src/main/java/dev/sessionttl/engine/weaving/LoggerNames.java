package dev.sessionttl.engine.weaving;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The first loggers that have logged, so that a name which none of them has can be told with the nearest. Any thread may call. */
final class LoggerNames {
    private static final int MOST = 200;

    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private volatile boolean isWanted = true;

    void add(String name) {
        if (isWanted && names.size() < MOST) {
            names.add(name);
        }
    }

    /** They are asked for once. */
    List<String> take() {
        isWanted = false;
        return List.copyOf(names);
    }
}
