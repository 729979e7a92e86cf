package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Optional;

/**
 * A place in the host's code where a statement is used.
 *
 * @param body the method or lambda that holds it, or that calls what holds it
 * @param call that hands its parameters over in their order; empty where they are bound one by one
 * @param names of the parameters of that call, where they are known
 * @param holes the values that were written into the statement's text
 * @param source where the statement stands, for people
 */
record Use(
        Sql.Statement statement,
        MethodFacts body,
        Optional<Call> call,
        List<String> names,
        List<Value> holes,
        String source) {

    /** The value that a parameter of the statement is given; empty where that cannot be told. */
    Optional<Value> valueOf(Sql.Parameter parameter) {
        if (parameter.hole() >= 0) {
            return parameter.hole() < holes.size() ? Optional.of(holes.get(parameter.hole())) : Optional.empty();
        }
        if (call.isPresent()) {
            List<Value> arguments = call.get().arguments();
            int at = parameter.name().isEmpty() ? parameter.ordinal() - 1 : names.indexOf(parameter.name());
            if (at < 0 && arguments.size() == 1) {
                at = 0;
            }
            return at >= 0 && at < arguments.size() ? Optional.of(arguments.get(at)) : Optional.empty();
        }
        return Binding.valueOf(parameter, body);
    }
}
