package dev.sessionttl.engine.callsite;

import dev.sessionttl.engine.report.Nearest;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code .name}, or {@code ['name']}. */
final class NamedStep implements Step {
    private static final int MOST_NAMES = 8;

    private final String text;
    private final String name;
    private final ClassValue<MethodHandle> accessors;

    NamedStep(String text, String name, Access access) {
        this.text = text;
        this.name = name;
        // The handle refers to the host's class and is kept in that class: a map here would keep its loader alive.
        this.accessors = new ClassValue<>() {
            @Override
            protected MethodHandle computeValue(Class<?> type) {
                return new AccessorResolver(access).resolve(type, name);
            }
        };
    }

    @Override
    public @Nullable Object from(Object value) {
        try {
            return (Object) accessors.get(value.getClass()).invokeExact(value);
        } catch (Throwable accessorThrew) {
            // Whatever the host's accessor does, reading it must not change what the host sees (law 10).
            return null;
        }
    }

    @Override
    public Optional<TypeShape> on(TypeShape shape) {
        return shape.member(name);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String absenceOn(TypeShape shape) {
        List<String> known = shape.memberNames().stream()
                .map(NamedStep::asStep)
                .distinct()
                .sorted()
                .toList();
        List<String> near = Nearest.to(name, known, 3);
        String missing = shape.name() + " has no '" + name + "'";
        if (!near.isEmpty()) {
            return missing + "; did you mean " + String.join(" or ", near) + "?";
        }
        return known.isEmpty() ? missing : missing + "; it has " + listed(known);
    }

    private static String listed(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                + (names.size() > MOST_NAMES ? ", ..." : "");
    }

    /** {@code getSessionId} is reached by {@code .sessionId}, which is what one would write. */
    private static String asStep(String member) {
        int prefix = member.startsWith("get") ? 3 : member.startsWith("is") ? 2 : 0;
        return prefix > 0 && prefix < member.length() && Character.isUpperCase(member.charAt(prefix))
                ? Character.toLowerCase(member.charAt(prefix)) + member.substring(prefix + 1)
                : member;
    }
}
