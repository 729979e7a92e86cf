package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A call in a method's code, with what is known of what is handed over. */
record Call(MethodKey target, Optional<Value> receiver, List<Value> arguments) {
    String owner() {
        return target.owner();
    }

    String name() {
        return target.name();
    }

    boolean isOf(String owner, String... names) {
        return target.owner().equals(owner) && List.of(names).contains(target.name());
    }

    /** The arguments, those of a variable number one by one. */
    List<Value> flatArguments() {
        List<Value> flat = new ArrayList<>();
        for (Value argument : arguments) {
            if (argument instanceof Value.Elements elements) {
                flat.addAll(elements.items());
            } else {
                flat.add(argument);
            }
        }
        return flat;
    }
}
