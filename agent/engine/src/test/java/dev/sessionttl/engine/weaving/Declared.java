package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassHeader;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;

/** What the class files of tests declare. */
final class Declared {
    private Declared() {}

    static ClassHeaders headers() {
        return new ClassHeaders(Declared.class.getClassLoader());
    }

    static ClassHeader.Method method(Class<?> owner, String name) {
        return headers().find(owner.getName()).orElseThrow().methods().stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static DeclaredType returnType(Class<?> owner, String name) {
        return method(owner, name).types().returns();
    }

    static HostMethod returning(Class<?> type) {
        return HostMethod.returning(
                new DeclaredType(type.getTypeName(), java.util.List.of()), Declared.class.getClassLoader());
    }
}
