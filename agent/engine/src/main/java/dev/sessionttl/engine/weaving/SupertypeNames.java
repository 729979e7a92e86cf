package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.jar.asm.ClassReader;
import org.jspecify.annotations.Nullable;

/**
 * The names above a class that is being loaded, read from class files: asking for the classes themselves would load them
 * in the middle of a load. Each class file is read once; the JDK's own are taken for leaves. Any thread may call.
 */
final class SupertypeNames {
    private final Map<@Nullable ClassLoader, Map<String, List<String>>> direct = new WeakHashMap<>();

    /** Binary names, without the class's own. */
    Set<String> of(@Nullable ClassLoader loader, String internalName, byte[] classFile) {
        Map<String, List<String>> known;
        synchronized (direct) {
            known = direct.computeIfAbsent(loader, unused -> new ConcurrentHashMap<>());
        }
        known.put(internalName, directNames(classFile));
        Set<String> names = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(internalName));
        while (!open.isEmpty()) {
            for (String above : directlyAbove(loader, open.remove(), known)) {
                if (names.add(above.replace('/', '.'))) {
                    open.add(above);
                }
            }
        }
        return names;
    }

    /** Read outside of any lock of ours: a host's loader may hold its own while it reads. */
    private static List<String> directlyAbove(
            @Nullable ClassLoader loader, String internalName, Map<String, List<String>> known) {
        List<String> names = known.get(internalName);
        if (names == null) {
            names = read(loader, internalName);
            known.put(internalName, names);
        }
        return names;
    }

    private static List<String> read(@Nullable ClassLoader loader, String internalName) {
        if (loader == null || internalName.startsWith("java/")) {
            return List.of();
        }
        try (InputStream in = loader.getResourceAsStream(internalName + ".class")) {
            return in == null ? List.of() : directNames(in.readAllBytes());
        } catch (IOException | RuntimeException unreadable) {
            return List.of();
        }
    }

    private static List<String> directNames(byte[] classFile) {
        ClassReader reader = ClassFiles.reader(classFile);
        String superName = reader.getSuperName();
        Set<String> names = new LinkedHashSet<>(Arrays.asList(reader.getInterfaces()));
        if (superName != null && !superName.equals("java/lang/Object")) {
            names.add(superName);
        }
        return List.copyOf(names);
    }
}
