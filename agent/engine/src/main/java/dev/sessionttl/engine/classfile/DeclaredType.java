package dev.sessionttl.engine.classfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * A type as a class file declares it.
 *
 * @param name binary, {@code com.acme.Outer$Inner}; an array's ends in {@code []}, a type variable's that is not known is {@code java.lang.Object}
 * @param arguments the type arguments, a wildcard as what it is surely of; of an array what it is of
 */
public record DeclaredType(String name, List<DeclaredType> arguments) {
    public static final DeclaredType OBJECT = new DeclaredType("java.lang.Object", List.of());

    /** By which Kotlin's {@code suspend} functions hand out what they return. */
    public static final String CONTINUATION = "kotlin.coroutines.Continuation";

    /** What a discovered value path may look into; the weaving looks into a few more. */
    private static final Set<String> CONTAINERS = Set.of(
            "java.util.Optional",
            "java.util.concurrent.Future",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.CompletableFuture",
            "com.google.common.base.Optional",
            "com.google.common.util.concurrent.ListenableFuture",
            "io.vavr.control.Option",
            "scala.Option",
            "reactor.core.publisher.Mono",
            "io.smallrye.mutiny.Uni",
            "io.reactivex.Maybe",
            "io.reactivex.Single",
            "io.reactivex.rxjava3.core.Maybe",
            "io.reactivex.rxjava3.core.Single");

    private static final Set<String> MANY = Set.of(
            "java.util.Collection",
            "java.util.List",
            "java.util.Set",
            "java.util.Iterator",
            "java.lang.Iterable",
            "java.util.stream.Stream",
            "reactor.core.publisher.Flux",
            "io.smallrye.mutiny.Multi",
            "io.reactivex.Flowable",
            "io.reactivex.Observable",
            "io.reactivex.rxjava3.core.Flowable",
            "io.reactivex.rxjava3.core.Observable",
            "kotlin.sequences.Sequence",
            "kotlinx.coroutines.flow.Flow",
            "org.springframework.data.domain.Page",
            "org.springframework.data.domain.Slice");

    private static final Set<String> IDS =
            Set.of("java.lang.String", "java.util.UUID", "java.lang.CharSequence", "java.lang.Object");

    private static final Set<String> PRIMITIVES =
            Set.of("void", "boolean", "char", "byte", "short", "int", "long", "float", "double");

    private static final Set<String> BOXES = Set.of(
            "java.lang.Boolean",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Double",
            "java.lang.Short",
            "java.lang.Byte");

    /** A method's types. */
    public record OfMethod(List<DeclaredType> parameters, DeclaredType returns) {}

    /** @param signature with the type arguments; one that cannot be read is as good as none */
    public static DeclaredType of(String descriptor, @Nullable String signature) {
        return of(descriptor, signature, Map.of());
    }

    /** @param variables the type variables that are known */
    static DeclaredType of(String descriptor, @Nullable String signature, Map<String, DeclaredType> variables) {
        try {
            return new Reader(signature == null ? descriptor : signature, variables).type();
        } catch (IllegalArgumentException malformed) {
            return of(descriptor);
        }
    }

    /** As {@link #of(String, String)}. */
    public static OfMethod ofMethod(String descriptor, @Nullable String signature) {
        return ofMethod(descriptor, signature, Map.of());
    }

    /** As {@link #of(String, String, Map)}. */
    static OfMethod ofMethod(String descriptor, @Nullable String signature, Map<String, DeclaredType> variables) {
        OfMethod plain = ofMethod(descriptor);
        if (signature == null) {
            return plain;
        }
        try {
            OfMethod generic = ofMethod(signature, variables);
            // A signature leaves out what the compiler has added, as to the constructor of an enum.
            return generic.parameters().size() == plain.parameters().size() ? generic : plain;
        } catch (IllegalArgumentException malformed) {
            return plain;
        }
    }

    /** Of a descriptor, or of a signature with type arguments. */
    static DeclaredType of(String signature) {
        return new Reader(signature, Map.of()).type();
    }

    static OfMethod ofMethod(String signature) {
        return ofMethod(signature, Map.of());
    }

    private static OfMethod ofMethod(String signature, Map<String, DeclaredType> variables) {
        Reader reader = new Reader(signature, variables);
        // The method's own hide those of the class.
        reader.variables.keySet().removeAll(reader.typeParameters());
        reader.expect('(');
        List<DeclaredType> parameters = new ArrayList<>();
        while (!reader.takes(')')) {
            parameters.add(reader.type());
        }
        return new OfMethod(List.copyOf(parameters), reader.type());
    }

    /**
     * The superclass, where there is one, and the interfaces.
     *
     * @param signature the class's; as of {@link #of(String, String)}
     */
    public static List<DeclaredType> supertypes(
            @Nullable String superName, List<String> interfaces, @Nullable String signature) {
        return supertypes(superName, interfaces, signature, Map.of());
    }

    /** As {@link #of(String, String, Map)}. */
    static List<DeclaredType> supertypes(
            @Nullable String superName,
            List<String> interfaces,
            @Nullable String signature,
            Map<String, DeclaredType> variables) {
        List<DeclaredType> plain = new ArrayList<>();
        if (superName != null) {
            plain.add(named(superName));
        }
        interfaces.forEach(each -> plain.add(named(each)));
        if (signature == null) {
            return plain;
        }
        try {
            return supertypes(signature, variables);
        } catch (IllegalArgumentException malformed) {
            return plain;
        }
    }

    private static List<DeclaredType> supertypes(String signature, Map<String, DeclaredType> variables) {
        Reader reader = new Reader(signature, variables);
        List<String> unused = reader.typeParameters();
        List<DeclaredType> supertypes = new ArrayList<>();
        while (!reader.atEnd()) {
            supertypes.add(reader.type());
        }
        return supertypes;
    }

    /** What the type variables of a class stand for, where it has these arguments. */
    static Map<String, DeclaredType> variables(@Nullable String classSignature, List<DeclaredType> arguments) {
        Map<String, DeclaredType> variables = new HashMap<>();
        try {
            List<String> names = new Reader(classSignature == null ? "" : classSignature, Map.of()).typeParameters();
            if (names.size() == arguments.size()) {
                for (int i = 0; i < names.size(); i++) {
                    variables.put(names.get(i), arguments.get(i));
                }
            }
        } catch (IllegalArgumentException malformed) {
            // As good as none.
        }
        return variables;
    }

    public static DeclaredType named(String internalName) {
        return new DeclaredType(internalName.replace('/', '.'), List.of());
    }

    /** As the record's own, which the JVM would make at a host's first site, of 45 classes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeclaredType type && name.equals(type.name) && arguments.equals(type.arguments);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + arguments.hashCode();
    }

    /** What is left when Optionals, futures and the like are looked into. */
    public DeclaredType content() {
        return CONTAINERS.contains(name) && arguments.size() == 1
                ? arguments.get(0).content()
                : this;
    }

    /** Whether anything may be there: {@code Object}, a type variable, a wildcard without a bound. */
    public boolean isObject() {
        return name.equals(OBJECT.name);
    }

    public boolean isArray() {
        return name.endsWith("[]");
    }

    public boolean isPrimitive() {
        return PRIMITIVES.contains(name);
    }

    public boolean isContainer() {
        return CONTAINERS.contains(name);
    }

    public boolean holdsMany() {
        return MANY.contains(name) || (isArray() && !name.equals("byte[]"));
    }

    /** Whether a session id may be this by itself. */
    public boolean mayBeId() {
        return IDS.contains(name);
    }

    public boolean isBoxed() {
        return BOXES.contains(name);
    }

    public boolean isVoid() {
        return name.equals("void") || name.equals("java.lang.Void") || name.equals("kotlin.Unit");
    }

    public Optional<DeclaredType> onlyArgument() {
        return arguments.size() == 1 ? Optional.of(arguments.get(0)) : Optional.empty();
    }

    /** As a pointcut writes it. */
    public String simpleName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Reads the grammar of JVMS 4.7.9.1; throws {@link IllegalArgumentException} on what is none. */
    private static final class Reader {
        private final String text;
        private final Map<String, DeclaredType> variables;
        private int at;

        Reader(String text, Map<String, DeclaredType> variables) {
            this.text = text;
            this.variables = new HashMap<>(variables);
        }

        boolean atEnd() {
            return at >= text.length() || text.charAt(at) == '^';
        }

        boolean takes(char c) {
            boolean isThere = at < text.length() && text.charAt(at) == c;
            at += isThere ? 1 : 0;
            return isThere;
        }

        void expect(char c) {
            if (!takes(c)) {
                throw new IllegalArgumentException("no '" + c + "' at " + at + " of " + text);
            }
        }

        /** Their names. */
        List<String> typeParameters() {
            List<String> names = new ArrayList<>();
            if (!takes('<')) {
                return names;
            }
            while (!takes('>')) {
                names.add(text.substring(at, indexOf(':')));
                at = indexOf(':');
                while (takes(':')) {
                    if (at < text.length() && text.charAt(at) != ':') {
                        type();
                    }
                }
            }
            return names;
        }

        DeclaredType type() {
            if (at >= text.length()) {
                throw new IllegalArgumentException("a type is missing in " + text);
            }
            char kind = text.charAt(at++);
            return switch (kind) {
                case 'L' -> ofClass();
                case '[' -> {
                    DeclaredType component = type();
                    yield new DeclaredType(component.name + "[]", List.of(component));
                }
                case 'T' -> {
                    String variable = text.substring(at, indexOf(';'));
                    at = indexOf(';') + 1;
                    yield variables.getOrDefault(variable, OBJECT);
                }
                case '*' -> OBJECT;
                case '+' -> type();
                default -> new DeclaredType(Type.getType(String.valueOf(kind)).getClassName(), List.of());
            };
        }

        private DeclaredType ofClass() {
            StringBuilder name = new StringBuilder();
            List<DeclaredType> arguments = new ArrayList<>();
            while (!takes(';')) {
                if (at >= text.length()) {
                    throw new IllegalArgumentException("';' is missing in " + text);
                }
                char c = text.charAt(at++);
                if (c == '<') {
                    arguments.clear();
                    while (!takes('>')) {
                        arguments.add(argumentOf(name.toString()));
                    }
                } else if (c == '.') {
                    // Those of the class around it tell nothing of this one.
                    arguments.clear();
                    name.append('$');
                } else {
                    name.append(c == '/' ? '.' : c);
                }
            }
            return new DeclaredType(name.toString(), List.copyOf(arguments));
        }

        /** Above a bound there may be anything, but what a continuation takes is what is given to it. */
        private DeclaredType argumentOf(String type) {
            if (!takes('-')) {
                return type();
            }
            DeclaredType bound = type();
            return type.equals(CONTINUATION) ? bound : OBJECT;
        }

        private int indexOf(char c) {
            int found = text.indexOf(c, at);
            if (found < 0) {
                throw new IllegalArgumentException("no '" + c + "' after " + at + " of " + text);
            }
            return found;
        }
    }
}
