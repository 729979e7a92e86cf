package dev.sessionttl.packaging;

import java.util.function.Supplier;

/** An interface with a body of a lambda in it. */
interface Greeting {
    String name();

    default String greet() {
        Supplier<String> words = () -> hello() + name();
        return words.get();
    }

    private String hello() {
        return "hello ";
    }
}
