package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.HostMember;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what the body returned, with the id in it nulled: of a record a copy, in any other object its field is set.
 * Before the body has run there is nothing to null.
 *
 * @param place where the config says so
 * @param id the field that holds it
 */
record NullField(String place, HostMember id) implements Absent {
    @Override
    public @Nullable Object @Nullable [] beforehand() {
        return null;
    }

    @Override
    public @Nullable Object @Nullable [] inPlaceOf(Object returned) {
        Object owner = id.owner().evaluate(returned);
        if (owner == null) {
            return null;
        }
        try {
            if (!(owner instanceof Record row)) {
                id.clear(owner);
                return Absent.holding(returned);
            }
            Object copy = id.copyWithout(row);
            if (owner == returned) {
                return Absent.holding(copy);
            }
            if (returned instanceof Optional) {
                return Absent.holding(Optional.of(copy));
            }
            if (returned.getClass() == CompletableFuture.class) {
                return Absent.holding(CompletableFuture.completedFuture(copy));
            }
            throw new NoSuchFieldException(
                    id.owner() + " is a record inside of something else, which a copy cannot replace");
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(
                    place + ".absent: null-field at " + id + ": " + impossible.getMessage(), impossible);
        }
    }

    @Override
    public boolean keepsTheRest() {
        return true;
    }
}
