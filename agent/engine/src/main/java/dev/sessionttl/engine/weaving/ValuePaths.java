package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import org.jspecify.annotations.Nullable;

/** Where the values that a path begins with come from in a woven call. */
final class ValuePaths {
    /** What a method returns, when it is the id itself. */
    static final ValuePath RETURNED = returned();

    private ValuePaths() {}

    /** The value at a path that can be told before the body runs; null for one that cannot. */
    static @Nullable Object onEnter(ValuePath path, @Nullable Object self, Object[] arguments) {
        return switch (path.root()) {
            case ARGUMENT ->
                path.argumentIndex() < arguments.length ? path.evaluate(arguments[path.argumentIndex()]) : null;
            case THIS -> path.evaluate(self);
            case RETURN, THROWN -> null;
        };
    }

    /** The value at a path that begins with what the body returned or threw; null for any other. */
    static @Nullable Object onExit(ValuePath path, @Nullable Object returned, @Nullable Throwable thrown) {
        return switch (path.root()) {
            case RETURN -> thrown == null ? path.evaluate(returned) : null;
            case THROWN -> path.evaluate(thrown);
            case ARGUMENT, THIS -> null;
        };
    }

    private static ValuePath returned() {
        try {
            return ValuePath.parse("return");
        } catch (SyntaxException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }
}
