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
    private final Map<DeclaredType, Optional<ClassHeader>> known = new HashMap<>();

    /** @param loader null for the JVM's own */
    public ClassHeaders(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    /** From now on this is the one of its name, whatever the loader would find. */
    public ClassHeader put(ClassHeader header) {
        known.put(new DeclaredType(header.name(), List.of()), Optional.of(header));
        return header;
    }

    /** Empty where there is no such file, or none that can be understood: a primitive or an array, for one. */
    public Optional<ClassHeader> find(String name) {
        return find(new DeclaredType(name, List.of()));
    }

    /** As {@link #find(String)}, with the type's arguments for the type variables of the class. */
    public Optional<ClassHeader> find(DeclaredType type) {
        Optional<ClassHeader> header = known.get(type);
        if (header == null) {
            header = read(type);
            known.put(type, header);
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
            List<DeclaredType> above =
                    find(open.remove()).map(ClassHeader::supertypes).orElse(List.of());
            for (DeclaredType each : above) {
                if (names.add(each.name())) {
                    open.add(each.name());
                }
            }
        }
        return names;
    }

    /** Whether this type, or one above it, is of that name. */
    public boolean isA(String name, String type) {
        return name.equals(type) || namesAbove(name).contains(type);
    }

    private Optional<ClassHeader> read(DeclaredType type) {
        String file = type.name().replace('.', '/') + ".class";
        try (InputStream in =
                loader == null ? ClassLoader.getSystemResourceAsStream(file) : loader.getResourceAsStream(file)) {
            return in == null ? Optional.empty() : Optional.of(ClassHeader.of(in.readAllBytes(), type.arguments()));
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }
}
