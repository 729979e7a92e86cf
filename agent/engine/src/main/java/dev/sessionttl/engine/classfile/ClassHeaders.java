package dev.sessionttl.engine.classfile;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The headers of classes as one loader finds their files, each read once. For one thread. */
public final class ClassHeaders {
    private final @Nullable ClassLoader loader;
    private final Map<String, Optional<ClassHeader>> known = new HashMap<>();

    /** @param loader null for the JVM's own */
    public ClassHeaders(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    /** From now on this is the one of its name, whatever the loader would find. */
    public ClassHeader put(ClassHeader header) {
        known.put(header.name(), Optional.of(header));
        return header;
    }

    /** Empty where there is no such file, or none that can be understood: a primitive or an array, for one. */
    public Optional<ClassHeader> find(String name) {
        Optional<ClassHeader> header = known.get(name);
        if (header == null) {
            header = read(name);
            known.put(name, header);
        }
        return header;
    }

    /**
     * Of the classes and interfaces that a type extends, all the way up. One whose class file cannot be found ends its
     * branch: the rest of the hierarchy still counts.
     */
    public Set<String> namesAbove(String name) {
        Set<String> names = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            List<String> above =
                    find(open.remove()).map(ClassHeader::supertypes).orElse(List.of());
            for (String each : above) {
                if (names.add(each)) {
                    open.add(each);
                }
            }
        }
        return names;
    }

    /** Whether this type, or one above it, is of that name. */
    public boolean isA(String name, String type) {
        return name.equals(type) || namesAbove(name).contains(type);
    }

    private Optional<ClassHeader> read(String name) {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in =
                loader == null ? ClassLoader.getSystemResourceAsStream(file) : loader.getResourceAsStream(file)) {
            return in == null ? Optional.empty() : Optional.of(ClassHeader.of(in.readAllBytes()));
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }
}
