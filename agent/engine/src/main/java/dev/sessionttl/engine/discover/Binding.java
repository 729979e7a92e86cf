package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.Optional;

/** Finds what a statement's parameters are bound to in the code around it: JDBC, Spring's templates and clients, JDBI, Hibernate, R2DBC. */
final class Binding {
    private Binding() {}

    static Optional<Value> valueOf(Sql.Parameter parameter, MethodFacts body) {
        return parameter.name().isEmpty() ? byOrdinal(parameter.ordinal(), body) : byName(parameter.name(), body);
    }

    /** {@code setString(1, key)}; else what follows the statement among a call's arguments; else the n-th {@code param(key)}. */
    private static Optional<Value> byOrdinal(int ordinal, MethodFacts body) {
        for (Call call : body.calls) {
            boolean isSetter =
                    call.arguments().size() >= 2 && call.name().matches("(?:set|bind|withParameter|param).*");
            if (isSetter && numberOf(call.arguments().get(0)) == firstNumber(call) + ordinal) {
                return Optional.of(call.arguments().get(1));
            }
        }
        for (Call call : body.calls) {
            Optional<Value> argument = afterStatement(ordinal, call);
            if (argument.isPresent()) {
                return argument;
            }
        }
        List<Call> params = body.calls.stream()
                .filter(call -> call.arguments().size() == 1 && call.name().matches("param|bind"))
                .toList();
        return ordinal >= 1 && ordinal <= params.size()
                ? Optional.of(params.get(ordinal - 1).arguments().get(0))
                : Optional.empty();
    }

    /** JDBC counts from 1; JDBI and R2DBC bind from 0. */
    private static int firstNumber(Call call) {
        return call.name().equals("bind") ? -1 : 0;
    }

    private static Optional<Value> afterStatement(int ordinal, Call call) {
        boolean isQuery = call.arguments().size() > 1
                && Value.text(call.arguments().get(0)).filter(Sql::isLikely).isPresent();
        if (!isQuery) {
            return Optional.empty();
        }
        // Mappers and types stand between the statement and its values, or behind an array of them.
        List<Value> values = call.flatArguments().stream()
                .skip(1)
                .filter(value -> !(value instanceof Value.Function)
                        && !(value instanceof Value.Unknown)
                        && !(value instanceof Value.Constant constant && constant.content() instanceof Value.TypeName))
                .toList();
        return ordinal >= 1 && ordinal <= values.size() ? Optional.of(values.get(ordinal - 1)) : Optional.empty();
    }

    /** {@code param("key", key)}, {@code Map.of("key", key)}. */
    private static Optional<Value> byName(String name, MethodFacts body) {
        for (Call call : body.calls) {
            List<Value> arguments = call.flatArguments();
            for (int i = 0; i + 1 < arguments.size(); i++) {
                if (Value.text(arguments.get(i)).filter(name::equals).isPresent()) {
                    return Optional.of(arguments.get(i + 1));
                }
            }
        }
        return Optional.empty();
    }

    private static int numberOf(Value value) {
        return value instanceof Value.Constant constant && constant.content() instanceof Integer number
                ? number
                : Integer.MIN_VALUE;
    }
}
