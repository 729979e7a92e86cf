package dev.sessionttl.engine.callsite;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One step of a value path. */
sealed interface Step permits NamedStep, IndexStep {
    /**
     * The value one step on; null when there is none, {@link AccessorResolver#NOT_THERE} when values of this class can
     * never have one. Never throws.
     */
    @Nullable
    Object from(Object value);

    /** The declared type one step on, if there is one. */
    Optional<TypeShape> on(TypeShape shape);

    /** The step as it was written. */
    String text();

    /** Why {@link #on} is empty for this type. */
    String absenceOn(TypeShape shape);
}
