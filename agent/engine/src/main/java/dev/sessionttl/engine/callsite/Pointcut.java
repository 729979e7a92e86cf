package dev.sessionttl.engine.callsite;

import java.util.List;
import java.util.Optional;

/**
 * Names methods of the host: {@code package.Type#method(ParamType, ..)}. Immutable; two with the same text are equal.
 *
 * <p>Type and method may hold {@code *}, any run of characters, dots included; {@code Type+} also means its subtypes,
 * which only the weaver can know. {@code (..)} or no parentheses is any signature, {@code ()} no parameters, {@code ..}
 * any number of parameters at its place. A constructor is {@code <init>} or {@code new}, and only that: {@code *} means
 * methods. Type arguments are ignored, as the JVM does.
 */
public final class Pointcut {
    static final String CONSTRUCTOR = "<init>";

    private final String text;
    private final Glob type;
    private final boolean includesSubtypes;
    private final Glob method;
    private final ParameterTypes parameters;

    Pointcut(String text, Glob type, boolean includesSubtypes, Glob method, ParameterTypes parameters) {
        this.text = text;
        this.type = type;
        this.includesSubtypes = includesSubtypes;
        this.method = method;
        this.parameters = parameters;
    }

    /**
     * The pointcut that a text names.
     *
     * @throws SyntaxException with what is wrong, where, and what would be right
     */
    public static Pointcut parse(String text) throws SyntaxException {
        try {
            return new PointcutParser(text).parse();
        } catch (SyntaxException e) {
            throw PointcutMistakes.explain(text).orElse(e);
        }
    }

    /** As it was written, without the white space around it. */
    public String text() {
        return text;
    }

    /** The binary name ({@code com.acme.Outer$Inner}) of the one type that is named, when there is no {@code *} in it. */
    public Optional<String> exactTypeName() {
        return type.isExact() ? Optional.of(type.pattern()) : Optional.empty();
    }

    public boolean includesSubtypes() {
        return includesSubtypes;
    }

    /** Whether the type itself is named; whether it is a subtype of one that is, the caller has to find out. */
    public boolean matchesType(String binaryName) {
        return type.matches(binaryName);
    }

    /**
     * Whether a method of a matched type is named.
     *
     * @param name the method's name, {@code <init>} for a constructor
     * @param parameterTypeNames the erased types: {@code int}, {@code java.lang.String[]}, {@code com.acme.Outer$Inner}
     */
    public boolean matchesMethod(String name, List<String> parameterTypeNames) {
        // A '*' that took in constructors would weave them by surprise.
        boolean named = name.startsWith("<") ? name.equals(method.pattern()) : method.matches(name);
        return named && parameters.matches(parameterTypeNames);
    }

    /** The type's name with its {@code *}s, without the {@code +}. */
    public String typePattern() {
        return type.pattern();
    }

    /** The method's name with its {@code *}s; {@code <init>} for a constructor, however it was written. */
    public String methodPattern() {
        return method.pattern();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pointcut pointcut && pointcut.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
