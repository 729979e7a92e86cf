package dev.sessionttl.engine.callsite;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls what the host's own classes offer: {@code package.Type#member}, where a member is a static field or a method
 * {@code name()}, and more {@code .member}s may follow. It is resolved by reflection, in the host's loader, when it is
 * used: the agent depends on no library of the host's. Immutable; any thread may call.
 *
 * <p>The agent's own calls may pass a function: {@code filter(Predicate)} is the method of that name whose only parameter
 * is an interface of that simple name.
 */
public final class HostCall {
    private static final String FORM = "write package.Type#FIELD or package.Type#method()";

    private final String text;
    private final Optional<String> type;
    private final List<Step> steps;

    private HostCall(String text, Optional<String> type, List<Step> steps) {
        this.text = text;
        this.type = type;
        this.steps = steps;
    }

    /**
     * The call that a config names; it begins at a type.
     *
     * @throws SyntaxException with what is wrong, where, and what would be right
     */
    public static HostCall parse(String text) throws SyntaxException {
        Cursor cursor = new Cursor(text);
        String type = cursor.takeWord(c -> Character.isJavaIdentifierPart(c) || c == '.');
        if (type.isEmpty() || type.startsWith(".") || type.endsWith(".")) {
            throw cursor.errorAt(0, "a type is expected", FORM);
        }
        if (!cursor.take("#")) {
            throw cursor.error("'#' is expected between type and member, not " + cursor.found(), FORM);
        }
        return new HostCall(text.strip(), Optional.of(type), steps(cursor, false));
    }

    /** A call of the agent's own: on an object, with a function where it takes one. */
    public static HostCall onObject(String text) {
        try {
            return new HostCall(text, Optional.empty(), steps(new Cursor(text), true));
        } catch (SyntaxException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static List<Step> steps(Cursor cursor, boolean withFunctions) throws SyntaxException {
        List<Step> steps = new ArrayList<>();
        do {
            String name = cursor.takeWord(Character::isJavaIdentifierPart);
            if (name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0))) {
                throw cursor.error("a field or a method() is expected, not " + cursor.found(), FORM);
            }
            boolean isMethod = cursor.take("(");
            String function = isMethod && withFunctions ? cursor.takeWord(Character::isJavaIdentifierPart) : "";
            if (isMethod && !cursor.take(")")) {
                throw cursor.error("')' is expected, not " + cursor.found(), "the method must take no parameters");
            }
            steps.add(new Step(name, isMethod, function));
        } while (cursor.take("."));
        if (!cursor.atEnd()) {
            throw cursor.error("it should be over, but " + cursor.found() + " follows", FORM);
        }
        return steps;
    }

    /** The binary name of the type that it begins at. */
    public Optional<String> type() {
        return type;
    }

    /**
     * What the static member, and those after it, give.
     *
     * @throws ReflectiveOperationException if the host has no such type or member, or what is called throws
     */
    public @Nullable Object from(@Nullable ClassLoader loader) throws ReflectiveOperationException {
        return walk(Class.forName(type.orElseThrow(), true, loader), null, argument -> null);
    }

    /**
     * What a type's own static members give; for calls that name no type.
     *
     * @throws ReflectiveOperationException as {@link #from}
     */
    public @Nullable Object from(Class<?> start, Function<@Nullable Object, @Nullable Object> function)
            throws ReflectiveOperationException {
        return walk(start, null, function);
    }

    /**
     * What an object's members give.
     *
     * @throws ReflectiveOperationException as {@link #from}
     */
    public @Nullable Object on(Object receiver, Function<@Nullable Object, @Nullable Object> function)
            throws ReflectiveOperationException {
        return walk(receiver.getClass(), receiver, function);
    }

    private @Nullable Object walk(
            Class<?> start, @Nullable Object receiver, Function<@Nullable Object, @Nullable Object> function)
            throws ReflectiveOperationException {
        Object value = receiver;
        Class<?> at = start;
        for (Step step : steps) {
            value = step.from(at, value, function);
            if (value == null) {
                return null;
            }
            at = value.getClass();
        }
        return value;
    }

    @Override
    public String toString() {
        return text;
    }

    /** A field, or a method that takes nothing or a function. */
    private static final class Step {
        private final String name;
        private final boolean isMethod;
        /** The simple name of the interface that the method takes; empty where it takes nothing. */
        private final String function;
        /** Kept in the host's own class, so that its loader is not kept alive here. */
        private final ClassValue<Optional<? extends AccessibleObject>> members = new ClassValue<>() {
            @Override
            protected Optional<? extends AccessibleObject> computeValue(Class<?> type) {
                return isMethod ? method(type) : field(type);
            }
        };

        private Step(String name, boolean isMethod, String function) {
            this.name = name;
            this.isMethod = isMethod;
            this.function = function;
        }

        @Nullable
        Object from(Class<?> at, @Nullable Object receiver, Function<@Nullable Object, @Nullable Object> code)
                throws ReflectiveOperationException {
            AccessibleObject member =
                    members.get(at).orElseThrow(() -> new NoSuchMethodException(at.getName() + " has no " + this));
            if (receiver == null && !Modifier.isStatic(((Member) member).getModifiers())) {
                throw new NoSuchMethodException(this + " of " + at.getName() + " is not static");
            }
            return member instanceof Method method ? call(method, receiver, code) : ((Field) member).get(receiver);
        }

        private @Nullable Object call(
                Method method, @Nullable Object receiver, Function<@Nullable Object, @Nullable Object> code)
                throws ReflectiveOperationException {
            try {
                return function.isEmpty()
                        ? method.invoke(receiver)
                        : method.invoke(receiver, implementing(method.getParameterTypes()[0], code));
            } catch (InvocationTargetException failed) {
                throw new ReflectiveOperationException(this + " threw " + failed.getCause(), failed.getCause());
            }
        }

        private Optional<Method> method(Class<?> at) {
            for (Class<?> type : AccessorResolver.withSupertypes(at)) {
                for (Method method : type.getDeclaredMethods()) {
                    if (method.getName().equals(name) && takesIt(method) && isReachable(method)) {
                        return Optional.of(method);
                    }
                }
            }
            return Optional.empty();
        }

        private boolean takesIt(Method method) {
            Class<?>[] parameters = method.getParameterTypes();
            return function.isEmpty()
                    ? parameters.length == 0
                    : parameters.length == 1
                            && parameters[0].isInterface()
                            && parameters[0].getSimpleName().equals(function);
        }

        private Optional<Field> field(Class<?> at) {
            for (Class<?> type : AccessorResolver.withSupertypes(at)) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.getName().equals(name) && isReachable(field)) {
                        return Optional.of(field);
                    }
                }
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return isMethod ? name + "(" + function + ")" : name;
        }
    }

    /** A public member of a public type is, unless its module keeps it in; any other is, unless its module does. */
    private static <M extends AccessibleObject & Member> boolean isReachable(M member) {
        boolean isPublic = Modifier.isPublic(member.getModifiers())
                && Modifier.isPublic(member.getDeclaringClass().getModifiers())
                && member.getDeclaringClass()
                        .getModule()
                        .isExported(member.getDeclaringClass().getPackageName(), HostCall.class.getModule());
        return isPublic || member.trySetAccessible();
    }

    /** An object of the host's interface, whose one abstract method is the function. */
    private static Object implementing(Class<?> type, Function<@Nullable Object, @Nullable Object> function) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "session-ttl";
                };
            }
            return method.isDefault()
                    ? InvocationHandler.invokeDefault(self, method, arguments)
                    : function.apply(arguments == null || arguments.length == 0 ? null : arguments[0]);
        };
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
