package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Optional;

/** Where a value in a method comes from, as far as its code tells in one pass from top to bottom. */
sealed interface Value {
    Value UNKNOWN = new Unknown();
    Value SELF = new Self();

    /** Values can hold each other in a circle; nothing that matters lies deeper. */
    int DEPTH = 8;

    record Unknown() implements Value {}

    record Self() implements Value {}

    /** @param index from 0, {@code this} not counted */
    record Parameter(int index) implements Value {}

    /** A text, a number, or the name of a type, as {@code Foo.class} gives it. */
    record Constant(Object content) implements Value {}

    record TypeName(String name) {}

    record Field(Optional<Value> of, String owner, String name) implements Value {}

    record Result(Call call) implements Value {}

    /** An array, with what was put into it so far. */
    record Elements(List<Value> items) implements Value {}

    record Joined(List<Value> parts) implements Value {}

    /** A number or a flag within a concatenation: it carries no words. */
    record Figure(Value of) implements Value {}

    /** One or the other, by the way that was taken. */
    record Either(Value one, Value other) implements Value {}

    /**
     * A lambda or a method reference.
     *
     * @param captured values that precede the parameters that it is called with, {@code this} among them
     */
    record Function(MethodKey code, boolean isStatic, List<Value> captured) implements Value {}

    /** A constant text. */
    static Optional<String> text(Value value) {
        return value instanceof Constant constant && constant.content() instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }
}
