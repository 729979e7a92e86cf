package dev.sessionttl.engine.callsite;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a value at a site: {@code arg0}, {@code this}, {@code return} or {@code thrown}, then steps {@code .name} and
 * {@code [n]}. Any thread may evaluate it; two with the same text are equal.
 *
 * <p>Optionals and completed futures are looked into before each step and at the end. Evaluation never throws and never
 * waits: null anywhere, an accessor that throws, an index or key that is not there, a future not yet completed or failed
 * is no value.
 */
public final class ValuePath {
    /** Where a path begins. */
    public enum Root {
        ARGUMENT,
        THIS,
        RETURN,
        THROWN
    }

    private final String text;
    private final Root root;
    private final int argumentIndex;
    private final Step[] steps;
    private final Access access;

    private final ClassValue<AtomicBoolean> reported = new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
            return new AtomicBoolean();
        }
    };

    ValuePath(String text, Root root, int argumentIndex, List<Step> steps, Access access) {
        this.text = text;
        this.root = root;
        this.argumentIndex = argumentIndex;
        this.steps = steps.toArray(Step[]::new);
        this.access = access;
    }

    /**
     * A path that can be asked about and evaluated, though it opens no modules and reports nothing.
     *
     * @throws SyntaxException with what is wrong, where, and what would be right
     */
    public static ValuePath parse(String text) throws SyntaxException {
        return parse(text, Access.NONE);
    }

    /**
     * A path for a running host.
     *
     * @throws SyntaxException with what is wrong, where, and what would be right
     */
    public static ValuePath parse(String text, Access access) throws SyntaxException {
        return new ValuePathParser(text, access).parse();
    }

    /** As it was written, without the white space around it. */
    public String text() {
        return text;
    }

    public Root root() {
        return root;
    }

    /** The number of the argument, from 0; -1 when the root is none. */
    public int argumentIndex() {
        return argumentIndex;
    }

    /** Walks the steps from the root's value; null is no value. */
    public @Nullable Object evaluate(@Nullable Object rootValue) {
        try {
            Object value = Contents.of(rootValue);
            for (Step step : steps) {
                if (value == null) {
                    return null;
                }
                Object next = step.from(value);
                if (next == AccessorResolver.NOT_THERE) {
                    report(value.getClass());
                    return null;
                }
                value = Contents.of(next);
            }
            return value;
        } catch (Throwable hostsOwnFutureOrHook) {
            // A host's own Future may throw what it likes (law 10).
            return null;
        }
    }

    private void report(Class<?> type) {
        AtomicBoolean done = reported.get(type);
        if (!done.get() && done.compareAndSet(false, true)) {
            access.missing(this, type);
        }
    }

    /** Why this path cannot exist where its root is declared so, with the nearest names; empty when it can. */
    public Optional<String> problemOn(TypeShape declared) {
        if (steps.length == 0) {
            // Most paths: what a type is made of need not be looked up, which takes the JDK long for its own.
            return Optional.empty();
        }
        TypeShape shape = contentOf(declared);
        StringBuilder walked = new StringBuilder(rootText());
        for (Step step : steps) {
            if (shape.isOpen()) {
                return Optional.empty();
            }
            Optional<TypeShape> next = step.on(shape);
            if (next.isEmpty()) {
                return Optional.of(text + ": at " + walked + ", " + step.absenceOn(shape));
            }
            walked.append(step.text());
            shape = contentOf(next.get());
        }
        return Optional.empty();
    }

    private static TypeShape contentOf(TypeShape shape) {
        TypeShape content = shape;
        for (int depth = 0; depth < Contents.MAX_DEPTH && !content.isOpen(); depth++) {
            Optional<TypeShape> inner = content.content();
            if (inner.isEmpty()) {
                break;
            }
            content = inner.get();
        }
        return content;
    }

    private String rootText() {
        return switch (root) {
            case ARGUMENT -> "arg" + argumentIndex;
            case THIS -> "this";
            case RETURN -> "return";
            case THROWN -> "thrown";
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValuePath path && path.text.equals(text);
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
