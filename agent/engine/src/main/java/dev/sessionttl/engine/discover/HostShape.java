package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.TypeShape;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A declared type of the host's, as value paths are checked against it; a type that is not the host's may hold anything. */
record HostShape(HostCode code, DeclaredType type) implements TypeShape {
    private static final Set<String> CLOSED = Set.of("java.lang.String", "java.util.UUID");

    /** Whether a path can lead somewhere in this method. */
    static boolean canResolve(HostCode code, MethodFacts method, String path) {
        try {
            ValuePath parsed = ValuePath.parse(path);
            DeclaredType root = switch (parsed.root()) {
                case ARGUMENT -> method.parameters().get(parsed.argumentIndex());
                case THIS -> new DeclaredType(method.owner.binaryName(), List.of());
                case RETURN -> method.returns();
                case THROWN -> DeclaredType.OBJECT;
            };
            return parsed.problemOn(new HostShape(code, root)).isEmpty();
        } catch (SyntaxException | IndexOutOfBoundsException impossible) {
            return false;
        }
    }

    @Override
    public String name() {
        return type.name();
    }

    @Override
    public boolean isOpen() {
        return !type.isContainer()
                && !type.holdsMany()
                && !CLOSED.contains(type.name())
                && code.classNamed(type.name()).isEmpty();
    }

    @Override
    public Optional<TypeShape> member(String name) {
        return memberType(code, type, name).map(member -> new HostShape(code, member));
    }

    /** What an accessor or a field of that name gives. */
    static Optional<DeclaredType> memberType(HostCode code, DeclaredType type, String name) {
        String capitalized = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        List<String> accessors = List.of(name, "get" + capitalized, "is" + capitalized);
        for (ClassFacts at : hierarchy(code, type)) {
            for (MethodFacts method : at.methods) {
                if (isAccessor(method) && accessors.contains(method.name())) {
                    return Optional.of(method.returns());
                }
            }
        }
        for (ClassFacts at : hierarchy(code, type)) {
            for (FieldFacts field : at.fields) {
                if (!field.isStatic() && field.name().equals(name)) {
                    return Optional.of(field.type());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<TypeShape> element() {
        return type.holdsMany()
                ? Optional.of(new HostShape(code, type.onlyArgument().orElse(DeclaredType.OBJECT)))
                : Optional.empty();
    }

    @Override
    public Optional<TypeShape> content() {
        DeclaredType content = type.content();
        return content.equals(type) ? Optional.empty() : Optional.of(new HostShape(code, content));
    }

    @Override
    public List<String> memberNames() {
        return namesIn(code, type);
    }

    /** The names of accessors and fields, as a path's steps would write them. */
    static List<String> namesIn(HostCode code, DeclaredType type) {
        Set<String> names = new LinkedHashSet<>();
        for (ClassFacts at : hierarchy(code, type)) {
            at.fields.stream()
                    .filter(field -> !field.isStatic())
                    .map(FieldFacts::name)
                    .forEach(names::add);
            at.methods.stream()
                    .filter(HostShape::isAccessor)
                    .map(MethodFacts::name)
                    .map(HostCode::stepOf)
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }

    private static boolean isAccessor(MethodFacts method) {
        return !method.isStatic()
                && !method.isSynthetic()
                && !method.name().startsWith("<")
                && method.types.parameters().isEmpty()
                && !method.returns().isVoid();
    }

    private static List<ClassFacts> hierarchy(HostCode code, DeclaredType type) {
        List<ClassFacts> all = new ArrayList<>();
        Optional<ClassFacts> at = code.classNamed(type.name());
        while (at.isPresent() && !all.contains(at.get())) {
            all.add(at.get());
            at = code.classNamed(at.get().superName);
        }
        for (ClassFacts each : List.copyOf(all)) {
            each.interfaces.forEach(above -> code.classNamed(above).ifPresent(all::add));
        }
        return all;
    }
}
