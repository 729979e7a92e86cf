package dev.sessionttl.engine.callsite;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code [n]}, of an array or a {@code List}. */
final class IndexStep implements Step {
    private final int index;

    IndexStep(int index) {
        this.index = index;
    }

    @Override
    public @Nullable Object from(Object value) {
        if (value instanceof Object[] array) {
            return index < array.length ? array[index] : null;
        }
        if (value instanceof List<?> list) {
            return elementOf(list);
        }
        if (value.getClass().isArray()) {
            return index < Array.getLength(value) ? Array.get(value, index) : null;
        }
        return AccessorResolver.NOT_THERE;
    }

    private @Nullable Object elementOf(List<?> list) {
        try {
            return index < list.size() ? list.get(index) : null;
        } catch (Throwable changedMeanwhileOrHostsOwn) {
            return null;
        }
    }

    @Override
    public Optional<TypeShape> on(TypeShape shape) {
        return shape.element();
    }

    @Override
    public String text() {
        return "[" + index + "]";
    }

    @Override
    public String absenceOn(TypeShape shape) {
        return shape.name() + " is neither an array nor a List";
    }
}
