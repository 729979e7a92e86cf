package dev.sessionttl.engine.weaving;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDefinition;
import net.bytebuddy.description.type.TypeDescription;
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

    static HostMethod of(MethodDescription method, @Nullable ClassLoader loader) {
        List<TypeDescription.Generic> parameters = method.getParameters().asTypeList();
        if (!parameters.isEmpty()) {
            TypeDescription.Generic last = parameters.get(parameters.size() - 1);
            if (last.asErasure().getName().equals(Suspension.CONTINUATION)) {
                return of(resultOf(last, method.getReturnType()), loader, false, true);
            }
        }
        return of(
                method.getReturnType(),
                loader,
                isEntity(method.getDeclaringType().asErasure()),
                false);
    }

    private static boolean isEntity(TypeDescription type) {
        return type.getDeclaredAnnotations().stream()
                .anyMatch(annotation ->
                        ENTITY.matcher(annotation.getAnnotationType().getName()).matches());
    }

    /** The function's own type; in the class file it is only told by the continuation that takes the result. */
    private static TypeDescription.Generic resultOf(
            TypeDescription.Generic continuation, TypeDescription.Generic otherwise) {
        if (continuation.getSort() != TypeDefinition.Sort.PARAMETERIZED) {
            return otherwise;
        }
        TypeDescription.Generic result = continuation.getTypeArguments().getOnly();
        if (result.getSort() != TypeDefinition.Sort.WILDCARD) {
            return result;
        }
        return result.getLowerBounds().isEmpty()
                ? otherwise
                : result.getLowerBounds().getOnly();
    }

    static HostMethod returning(TypeDescription.Generic type, @Nullable ClassLoader loader) {
        return of(type, loader, false, false);
    }

    private static HostMethod of(
            TypeDescription.Generic type, @Nullable ClassLoader loader, boolean isOfEntity, boolean suspends) {
        WeakReference<@Nullable ClassLoader> weakly = new WeakReference<>(loader);
        Object zero = AbsentValue.zeroOf(type.asErasure());
        return new HostMethod(
                nameOf(type, zero),
                AbsentValue.of(type, weakly),
                AbsentValue.contentOf(type, weakly),
                weakly,
                isOfEntity,
                suspends);
    }

    private static String nameOf(TypeDescription.Generic type, @Nullable Object zero) {
        if (zero != null) {
            return zero.getClass().getName();
        }
        return type.getSort().isTypeVariable()
                ? "java.lang.Object"
                : type.asErasure().getName();
    }

    /** Whether the method may return this; told by names, since nothing of the host is to be loaded for it. */
    boolean mayReturn(@Nullable Object value) {
        return value == null || returnType.equals("java.lang.Object") || isA(value.getClass(), returnType);
    }

    private static boolean isA(@Nullable Class<?> type, String name) {
        if (type == null) {
            return false;
        }
        if (type.getName().equals(name) || isA(type.getSuperclass(), name)) {
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
