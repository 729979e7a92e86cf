package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.HostCall;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one read site hands out in the place of a stale session. It is made as a holder, an {@code Object[]} of the value
 * and of no throwable (law 6); null where there is none, and there the host's own answer stands.
 */
interface Absent {
    /** Before the body has run. */
    @Nullable
    Object @Nullable [] beforehand();

    /** In the place of what the body returned. */
    @Nullable
    Object @Nullable [] inPlaceOf(Object returned);

    /** In the place of what a future or its like, which the body returned, brings. */
    default @Nullable Object @Nullable [] inPlaceOfContent(Object content) {
        return inPlaceOf(content);
    }

    /** Whether some of what was returned is still to be handed out. */
    default boolean keepsTheRest() {
        return false;
    }

    static @Nullable Object[] holding(@Nullable Object value) {
        return new @Nullable Object[] {value, null};
    }

    /** By what the method's return type has for "none". */
    record ByType(HostMethod method) implements Absent {
        @Override
        public @Nullable Object @Nullable [] beforehand() {
            return made(method.absent());
        }

        @Override
        public @Nullable Object @Nullable [] inPlaceOf(Object returned) {
            return made(AbsentValue.inPlaceOf(returned, method.absent()));
        }

        @Override
        public @Nullable Object @Nullable [] inPlaceOfContent(Object content) {
            return made(AbsentValue.inPlaceOf(content, method.absentContent()));
        }

        private static @Nullable Object @Nullable [] made(Optional<Supplier<@Nullable Object>> value) {
            return value.isPresent() ? holding(value.get().get()) : null;
        }
    }

    /** By what the config says to call. */
    record ByCall(String place, HostCall call, HostMethod method) implements Absent {
        @Override
        public @Nullable Object @Nullable [] beforehand() {
            Object value;
            try {
                value = call.from(method.loader().get());
            } catch (ReflectiveOperationException failed) {
                throw new IllegalStateException(
                        place + ".absent: " + call + " gives nothing: " + failed.getMessage(), failed);
            }
            if (!method.mayReturn(value)) {
                throw new IllegalStateException(place + ".absent: " + call + " gives "
                        + (value == null ? "null" : "a " + value.getClass().getName()) + ", but the method returns "
                        + method.returnType());
            }
            return holding(value);
        }

        @Override
        public @Nullable Object @Nullable [] inPlaceOf(Object returned) {
            return beforehand();
        }

        /** The rule makes what the method returns, and not what that brings later. */
        @Override
        public @Nullable Object @Nullable [] inPlaceOfContent(Object content) {
            return new ByType(method).inPlaceOfContent(content);
        }
    }
}
