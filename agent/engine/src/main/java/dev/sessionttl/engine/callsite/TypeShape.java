package dev.sessionttl.engine.callsite;

import java.util.List;
import java.util.Optional;

/** What weaving knows of a declared type without loading it. */
public interface TypeShape {
    /** As a person would write it, for messages. */
    String name();

    /** Whether anything may be there: {@code Object}, a type variable, a {@code Map}, a type that cannot be seen. */
    boolean isOpen();

    /** What {@code name()}, {@code getName()}, {@code isName()} or the field {@code name} gives, inherited ones too. */
    Optional<TypeShape> member(String name);

    /** The element of an array or a {@code List}; empty when the type is neither. */
    Optional<TypeShape> element();

    /** The content of an {@code Optional}, {@code Future} or {@code CompletionStage}; empty when the type is none. */
    Optional<TypeShape> content();

    /** The names of the methods without parameters and of the fields, for "did you mean". */
    List<String> memberNames();
}
