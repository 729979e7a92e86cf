package dev.sessionttl.engine.weaving;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The woven methods by the number that is woven into them. Any thread may call. */
final class WovenMethods {
    private volatile WovenMethod[] methods = new WovenMethod[0];

    /** A class that is woven again, by a retransformation, keeps its numbers. */
    private final Map<@Nullable ClassLoader, Map<String, Integer>> numbers = new WeakHashMap<>();

    WovenMethod get(int number) {
        return methods[number];
    }

    /**
     * @param name tells one method of a loader from another: type, name and descriptor
     * @return its number
     */
    synchronized int put(@Nullable ClassLoader loader, String name, WovenMethod method) {
        Map<String, Integer> ofLoader = numbers.computeIfAbsent(loader, unused -> new HashMap<>());
        Integer known = ofLoader.get(name);
        int number = known != null ? known : methods.length;
        WovenMethod[] grown = Arrays.copyOf(methods, Math.max(methods.length, number + 1));
        grown[number] = method;
        methods = grown;
        ofLoader.put(name, number);
        return number;
    }
}
