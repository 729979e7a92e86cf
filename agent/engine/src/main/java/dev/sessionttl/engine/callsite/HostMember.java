package dev.sessionttl.engine.callsite;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A field, or a method without parameters, of the object that a value path leads to, to be changed or called rather than
 * read: {@code this.sessionId}, {@code this.resetSession()}. Immutable; any thread may call.
 */
public final class HostMember {
    private static final String FORM = "write this.name or arg0.name, with more .names between where needed";

    private final ValuePath owner;
    private final String name;
    private final Access access;

    private HostMember(ValuePath owner, String name, Access access) {
        this.owner = owner;
        this.name = name;
        this.access = access;
    }

    /**
     * @param text a value path; a method may be written with its {@code ()}
     * @throws SyntaxException with what is wrong, where, and what would be right
     */
    public static HostMember parse(String text, Access access) throws SyntaxException {
        String path = text.strip();
        path = path.endsWith("()") ? path.substring(0, path.length() - 2) : path;
        int dot = path.lastIndexOf('.');
        String name = path.substring(dot + 1).strip();
        boolean isName = !name.isEmpty()
                && Character.isJavaIdentifierStart(name.charAt(0))
                && name.chars().allMatch(Character::isJavaIdentifierPart);
        if (dot < 0 || !isName) {
            throw SyntaxException.at(
                    text, Math.max(dot, 0), "a name of a field or method is expected at the end", FORM);
        }
        return new HostMember(ValuePath.parse(path.substring(0, dot), access), name, access);
    }

    /** The way to the object that has it. */
    public ValuePath owner() {
        return owner;
    }

    public String name() {
        return name;
    }

    /**
     * Sets the field to null.
     *
     * @throws ReflectiveOperationException if the object has no such field, or it cannot be null
     */
    public void clear(Object of) throws ReflectiveOperationException {
        Field field = reachable(field(of.getClass()));
        if (Modifier.isFinal(field.getModifiers()) || field.getType().isPrimitive()) {
            throw new NoSuchFieldException(name + " of " + of.getClass().getName() + " is "
                    + (field.getType().isPrimitive() ? "a primitive" : "final") + " and cannot be set to null");
        }
        field.set(of, null);
    }

    /**
     * Calls the method.
     *
     * @throws ReflectiveOperationException if the object has no such method, or it throws
     */
    public void call(Object of) throws ReflectiveOperationException {
        try {
            reachable(method(of.getClass())).invoke(of);
        } catch (InvocationTargetException failed) {
            throw new ReflectiveOperationException(name + "() threw " + failed.getCause(), failed.getCause());
        }
    }

    /**
     * A record like this one in which the component is null.
     *
     * @throws ReflectiveOperationException if it has no such component, or its constructor refuses null
     */
    public Object copyWithout(Record of) throws ReflectiveOperationException {
        RecordComponent[] components = Objects.requireNonNull(of.getClass().getRecordComponents());
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        boolean found = false;
        for (int i = 0; i < components.length; i++) {
            boolean isIt = components[i].getName().equals(name);
            found |= isIt && !components[i].getType().isPrimitive();
            types[i] = components[i].getType();
            // Its field, and not the accessor: that one may hand out something else.
            values[i] = isIt
                    ? null
                    : reachable(of.getClass().getDeclaredField(components[i].getName()))
                            .get(of);
        }
        if (!found) {
            throw new NoSuchFieldException(of.getClass().getName() + " has no component " + name + " that can be null");
        }
        Constructor<?> constructor = reachable(of.getClass().getDeclaredConstructor(types));
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw new ReflectiveOperationException(
                    of.getClass().getName() + " refuses a null " + name + ": " + refused.getCause(),
                    refused.getCause());
        }
    }

    private Field field(Class<?> type) throws NoSuchFieldException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (field.getName().equals(name) && !Modifier.isStatic(field.getModifiers())) {
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(type.getName() + " has no field " + name);
    }

    private Method method(Class<?> type) throws NoSuchMethodException {
        for (Class<?> at : AccessorResolver.withSupertypes(type)) {
            for (Method method : at.getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == 0) {
                    return method;
                }
            }
        }
        throw new NoSuchMethodException(type.getName() + " has no method " + name + "()");
    }

    private <M extends AccessibleObject & Member> M reachable(M member) throws IllegalAccessException {
        if (!member.trySetAccessible()) {
            access.open(member.getDeclaringClass());
            if (!member.trySetAccessible()) {
                throw new IllegalAccessException(member + " is kept in by its module");
            }
        }
        return member;
    }

    @Override
    public String toString() {
        return owner + "." + name;
    }
}
