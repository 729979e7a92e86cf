package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.TypeShape;
import dev.sessionttl.engine.classfile.ClassHeader;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** A declared type as the class files tell it, without loading the class. */
record DeclaredShape(ClassHeaders headers, DeclaredType type) implements TypeShape {
    private static final String MAP = Map.class.getName();
    private static final String LIST = List.class.getName();

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
        return type.name();
    }

    @Override
    public boolean isOpen() {
        if (type.isPrimitive() || type.isArray()) {
            return false;
        }
        Set<String> above = headers.namesAbove(type.name());
        return type.isObject()
                || type.name().equals(MAP)
                || above.contains(MAP)
                || headers.find(type.name()).isEmpty()
                || !above.stream().allMatch(name -> headers.find(name).isPresent());
    }

    @Override
    public Optional<TypeShape> member(String name) {
        String capitalized = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        Set<String> accessors = Set.of(name, "get" + capitalized, "is" + capitalized);
        Optional<DeclaredType> accessed = hierarchy().stream()
                .flatMap(at -> at.methods().stream())
                .filter(method -> isAccessor(method) && accessors.contains(method.name()))
                .map(method -> method.types().returns())
                .findFirst();
        return accessed.or(() -> hierarchy().stream()
                        .flatMap(at -> at.fields().stream())
                        .filter(field -> !field.isStatic() && field.name().equals(name))
                        .map(ClassHeader.Field::type)
                        .findFirst())
                .map(this::shapeOf);
    }

    @Override
    public Optional<TypeShape> element() {
        return type.isArray() || headers.isA(type.name(), LIST) ? Optional.of(onlyArgument()) : Optional.empty();
    }

    @Override
    public Optional<TypeShape> content() {
        return CONTAINERS.contains(type.name()) ? Optional.of(onlyArgument()) : Optional.empty();
    }

    @Override
    public List<String> memberNames() {
        Set<String> names = new LinkedHashSet<>();
        for (ClassHeader at : hierarchy()) {
            at.methods().stream()
                    .filter(DeclaredShape::isAccessor)
                    .map(ClassHeader.Method::name)
                    .forEach(names::add);
            at.fields().stream()
                    .filter(field -> !field.isStatic())
                    .map(ClassHeader.Field::name)
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }

    private TypeShape onlyArgument() {
        return shapeOf(type.onlyArgument().orElse(DeclaredType.OBJECT));
    }

    private TypeShape shapeOf(DeclaredType other) {
        return new DeclaredShape(headers, other);
    }

    private static boolean isAccessor(ClassHeader.Method method) {
        return !method.isStatic()
                && !method.isConstructor()
                && method.descriptor().startsWith("()")
                && !method.returnType().equals("void");
    }

    /** The type and all above it, {@code Object} left out: what everything has tells nothing. */
    private List<ClassHeader> hierarchy() {
        List<DeclaredType> types = new ArrayList<>(List.of(type));
        for (int i = 0; i < types.size(); i++) {
            headers.find(types.get(i)).map(ClassHeader::supertypes).orElse(List.of()).stream()
                    .filter(above -> !above.isObject() && !types.contains(above))
                    .forEach(types::add);
        }
        return types.stream().flatMap(each -> headers.find(each).stream()).toList();
    }
}
