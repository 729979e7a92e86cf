package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassHeader;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a site has to know of the method that it is woven into. Nothing here keeps the host's loader alive: sites outlive
 * an application that is thrown out.
 *
 * @param returnType the erasure's binary name; of a primitive, its box's
 * @param absent makes what the method returns when there is no session; empty where its type has no such value
 * @param absentContent the same for what a future or its like brings
 * @param loader of its class
 * @param isOfEntity whether it is declared in a JPA entity, whose row is the host's to write
 * @param suspends whether it may be suspended, as Kotlin has it
 */
record HostMethod(
        String returnType,
        Optional<Supplier<@Nullable Object>> absent,
        Optional<Supplier<@Nullable Object>> absentContent,
        WeakReference<@Nullable ClassLoader> loader,
        boolean isOfEntity,
        boolean suspends) {
    private static final Pattern ENTITY =
            Pattern.compile("(jakarta|javax)\\.persistence\\.(Entity|MappedSuperclass|Embeddable)");

    static HostMethod of(
            ClassHeader.Method method, ClassHeader owner, ClassHeaders headers, @Nullable ClassLoader loader) {
        DeclaredType returned = returned(method);
        List<DeclaredType> parameters = method.types().parameters();
        if (!parameters.isEmpty()) {
            DeclaredType last = parameters.get(parameters.size() - 1);
            if (last.name().equals(DeclaredType.CONTINUATION)) {
                // The function's own type; in the class file it is only told by the continuation that takes the result.
                return of(last.onlyArgument().orElse(returned), headers, loader, false, true);
            }
        }
        boolean isEntity = owner.annotations().stream()
                .anyMatch(annotation -> ENTITY.matcher(annotation).matches());
        return of(returned, headers, loader, isEntity, false);
    }

    /** A type variable is what the JVM takes it for. */
    private static DeclaredType returned(ClassHeader.Method method) {
        DeclaredType generic = method.types().returns();
        return generic.isObject() || generic.isArray()
                ? DeclaredType.ofMethod(method.descriptor(), null).returns()
                : generic;
    }

    static HostMethod returning(DeclaredType type, @Nullable ClassLoader loader) {
        return of(type, new ClassHeaders(loader), loader, false, false);
    }

    private static HostMethod of(
            DeclaredType type,
            ClassHeaders headers,
            @Nullable ClassLoader loader,
            boolean isOfEntity,
            boolean suspends) {
        WeakReference<@Nullable ClassLoader> weakly = new WeakReference<>(loader);
        Object zero = AbsentValue.zeroOf(type.name());
        return new HostMethod(
                zero == null ? type.name() : zero.getClass().getName(),
                AbsentValue.of(type, headers, weakly),
                AbsentValue.contentOf(type, headers, weakly),
                weakly,
                isOfEntity,
                suspends);
    }

    boolean mayReturn(@Nullable Object value) {
        return value == null || isA(value.getClass(), returnType);
    }

    /** Told by names, since nothing of the host is to be loaded for it. */
    static boolean isA(@Nullable Class<?> type, String name) {
        if (type == null) {
            return false;
        }
        if (name.equals("java.lang.Object") || type.getTypeName().equals(name) || isA(type.getSuperclass(), name)) {
            return true;
        }
        for (Class<?> implemented : type.getInterfaces()) {
            if (isA(implemented, name)) {
                return true;
            }
        }
        return false;
    }
}
