package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TypeShape;
import dev.sessionttl.engine.classfile.ClassHeader;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;
import org.jspecify.annotations.Nullable;

/**
 * A class that is being loaded, as its file tells.
 *
 * @param headers of what its file names, as its loader finds them
 */
record HostClass(
        ClassHeader header, ClassHeaders headers, @Nullable ClassLoader loader) {
    static HostClass of(byte[] classFile, @Nullable ClassLoader loader) {
        ClassHeaders headers = new ClassHeaders(loader);
        return new HostClass(headers.put(ClassHeader.of(classFile)), headers, loader);
    }

    String name() {
        return header.name();
    }

    HostMethod describe(ClassHeader.Method method) {
        return HostMethod.of(method, header, headers, loader);
    }

    TypeShape shapeOf(DeclaredType type) {
        return new DeclaredShape(headers, type);
    }

    /** For people: {@code type#name(parameters)}. */
    String signature(ClassHeader.Method method) {
        return name() + "#" + method.name() + "(" + String.join(", ", method.parameterTypes()) + ")";
    }
}
