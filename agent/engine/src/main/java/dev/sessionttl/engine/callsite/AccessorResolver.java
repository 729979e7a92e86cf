package dev.sessionttl.engine.callsite;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds how a name is read on a runtime class, as a handle of type {@code (Object)Object}: as a key of a {@code Map},
 * as a method {@code name()}, {@code getName()} or {@code isName()}, or as a field, private and inherited ones too.
 */
final class AccessorResolver {
    /** What the handle gives where the class has no such accessor. */
    static final Object NOT_THERE = new Object();

    private static final MethodType UNTYPED = MethodType.methodType(Object.class, Object.class);
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Access access;

    AccessorResolver(Access access) {
        this.access = access;
    }

    MethodHandle resolve(Class<?> type, String name) {
        MethodHandle found = Map.class.isAssignableFrom(type) ? mapKey(name) : accessor(type, name);
        return found == null
                ? MethodHandles.dropArguments(MethodHandles.constant(Object.class, NOT_THERE), 0, Object.class)
                : found.asType(UNTYPED);
    }

    private @Nullable MethodHandle accessor(Class<?> type, String name) {
        List<Class<?>> types = withSupertypes(type);
        for (String methodName : methodNames(name)) {
            MethodHandle handle = handle(declarations(types, methodName));
            if (handle != null) {
                return handle;
            }
        }
        return handle(fields(types, name));
    }

    private static List<String> methodNames(String name) {
        String capitalized = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return List.of(name, "get" + capitalized, "is" + capitalized);
    }

    /** The class and its superclasses, most special first, then every interface of theirs. */
    static List<Class<?>> withSupertypes(Class<?> type) {
        Set<Class<?>> types = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            types.add(each);
        }
        for (Class<?> each : List.copyOf(types)) {
            addInterfaces(each, types);
        }
        return List.copyOf(types);
    }

    private static void addInterfaces(Class<?> type, Set<Class<?>> types) {
        for (Class<?> each : type.getInterfaces()) {
            types.add(each);
            addInterfaces(each, types);
        }
    }

    /** The method that a call would reach, then what it overrides: a call through either ends in the same code. */
    private static List<Method> declarations(List<Class<?>> types, String name) {
        List<Method> declarations = new ArrayList<>();
        for (Class<?> type : types) {
            Method method = declaredMethod(type, name);
            if (method == null) {
                continue;
            }
            boolean overridable = !Modifier.isPrivate(method.getModifiers());
            if (declarations.isEmpty() || overridable) {
                declarations.add(method);
            }
            if (!overridable && declarations.size() == 1) {
                break;
            }
        }
        return declarations;
    }

    private static @Nullable Method declaredMethod(Class<?> type, String name) {
        try {
            Method method = type.getDeclaredMethod(name);
            boolean readable = !Modifier.isStatic(method.getModifiers()) && method.getReturnType() != void.class;
            return readable ? method : null;
        } catch (NoSuchMethodException | LinkageError notThereOrNotLoadable) {
            // A host need not have every class on its path that its signatures mention.
            return null;
        }
    }

    /** At most one: a field hides those of the same name above it. */
    private static List<Field> fields(List<Class<?>> types, String name) {
        for (Class<?> type : types) {
            Field field = declaredField(type, name);
            if (field != null) {
                return List.of(field);
            }
        }
        return List.of();
    }

    private static @Nullable Field declaredField(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            return Modifier.isStatic(field.getModifiers()) ? null : field;
        } catch (NoSuchFieldException | LinkageError notThereOrNotLoadable) {
            return null;
        }
    }

    /** Through whichever declaration is open as it is, and only then by opening a package. */
    private <M extends AccessibleObject & Member> @Nullable MethodHandle handle(List<M> declarations) {
        for (M each : declarations) {
            if (each.trySetAccessible()) {
                return unreflected(each);
            }
        }
        for (M each : declarations) {
            if (mayBeOpened(each.getDeclaringClass())) {
                access.open(each.getDeclaringClass());
                if (each.trySetAccessible()) {
                    return unreflected(each);
                }
            }
        }
        return null;
    }

    private static boolean mayBeOpened(Class<?> type) {
        return type.getModule().isNamed() && type.getModule() != Object.class.getModule();
    }

    private static MethodHandle unreflected(AccessibleObject accessible) {
        try {
            return accessible instanceof Method method
                    ? LOOKUP.unreflect(method)
                    : LOOKUP.unreflectGetter((Field) accessible);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("not accessible after setAccessible: " + accessible, e);
        }
    }

    private static MethodHandle mapKey(String name) {
        try {
            MethodHandle get = LOOKUP.findVirtual(Map.class, "get", UNTYPED);
            return MethodHandles.insertArguments(get, 1, name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Map.get", e);
        }
    }
}
