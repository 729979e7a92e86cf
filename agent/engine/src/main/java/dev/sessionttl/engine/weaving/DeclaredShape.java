package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TypeShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import net.bytebuddy.description.NamedElement;
import net.bytebuddy.description.field.FieldDescription;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDefinition;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.description.type.TypeDescription.Generic;

/** A declared type as the class files tell it, without loading the class. */
record DeclaredShape(Generic type) implements TypeShape {
    /** What value paths look into, and what they wait for. */
    private static final Set<String> CONTAINERS = Set.of(
            Optional.class.getName(),
            Future.class.getName(),
            CompletionStage.class.getName(),
            "java.util.concurrent.CompletableFuture",
            "com.google.common.base.Optional",
            "io.vavr.control.Option",
            "scala.Option",
            "reactor.core.publisher.Mono",
            "reactor.core.publisher.Flux",
            "io.smallrye.mutiny.Uni",
            "io.smallrye.mutiny.Multi",
            "io.reactivex.Maybe",
            "io.reactivex.Single",
            "io.reactivex.Flowable",
            "io.reactivex.Observable",
            "io.reactivex.rxjava3.core.Maybe",
            "io.reactivex.rxjava3.core.Single",
            "io.reactivex.rxjava3.core.Flowable",
            "io.reactivex.rxjava3.core.Observable");

    @Override
    public String name() {
        return type.getTypeName();
    }

    @Override
    public boolean isOpen() {
        try {
            return type.getSort().isTypeVariable()
                    || type.getSort().isWildcard()
                    || type.represents(Object.class)
                    || type.asErasure().getName().equals(Map.class.getName())
                    || Supertypes.namesOf(type.asErasure()).contains(Map.class.getName())
                    || hierarchy().isEmpty();
        } catch (RuntimeException classFileNotFound) {
            return true;
        }
    }

    @Override
    public Optional<TypeShape> member(String name) {
        String capitalized = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        for (TypeDefinition at : hierarchy()) {
            for (MethodDescription method : at.getDeclaredMethods()) {
                if (isAccessor(method)
                        && (method.getName().equals(name)
                                || method.getName().equals("get" + capitalized)
                                || method.getName().equals("is" + capitalized))) {
                    return Optional.of(new DeclaredShape(method.getReturnType()));
                }
            }
        }
        for (TypeDefinition at : hierarchy()) {
            for (FieldDescription field : at.getDeclaredFields()) {
                if (!field.isStatic() && field.getName().equals(name)) {
                    return Optional.of(new DeclaredShape(field.getType()));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<TypeShape> element() {
        if (type.isArray()) {
            return Optional.ofNullable(type.getComponentType()).map(DeclaredShape::new);
        }
        return Supertypes.namesOf(type.asErasure()).contains(List.class.getName())
                        || type.asErasure().represents(List.class)
                ? Optional.of(onlyArgument())
                : Optional.empty();
    }

    @Override
    public Optional<TypeShape> content() {
        return CONTAINERS.contains(type.asErasure().getName()) ? Optional.of(onlyArgument()) : Optional.empty();
    }

    @Override
    public List<String> memberNames() {
        List<String> names = new ArrayList<>();
        for (TypeDefinition at : hierarchy()) {
            at.getDeclaredMethods().stream()
                    .filter(DeclaredShape::isAccessor)
                    .map(NamedElement.WithRuntimeName::getName)
                    .forEach(names::add);
            at.getDeclaredFields().stream()
                    .filter(field -> !field.isStatic())
                    .map(NamedElement.WithRuntimeName::getName)
                    .forEach(names::add);
        }
        return names.stream().distinct().toList();
    }

    private DeclaredShape onlyArgument() {
        return type.getSort() == TypeDefinition.Sort.PARAMETERIZED
                        && type.getTypeArguments().size() == 1
                ? new DeclaredShape(type.getTypeArguments().getOnly())
                : new DeclaredShape(Generic.OfNonGenericType.ForLoadedType.of(Object.class));
    }

    private static boolean isAccessor(MethodDescription method) {
        return method.isMethod()
                && !method.isStatic()
                && method.getParameters().isEmpty()
                && !method.getReturnType().represents(void.class);
    }

    /** The type and all above it, {@code Object} left out: what everything has tells nothing. */
    private List<TypeDefinition> hierarchy() {
        List<TypeDefinition> all = new ArrayList<>();
        collect(type, all);
        return all;
    }

    private static void collect(TypeDefinition type, List<TypeDefinition> into) {
        if (type.represents(Object.class) || into.contains(type)) {
            return;
        }
        into.add(type);
        Generic superClass = type.getSuperClass();
        if (superClass != null) {
            collect(superClass, into);
        }
        for (TypeDefinition implemented : type.getInterfaces()) {
            collect(implemented, into);
        }
    }

    static DeclaredShape of(TypeDescription type) {
        return new DeclaredShape(type.asGenericType());
    }
}
