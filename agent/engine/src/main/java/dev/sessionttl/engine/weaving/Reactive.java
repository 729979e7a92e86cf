package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.HostCall;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A type of a reactive library: what it holds arrives later, once for each subscriber, on whatever thread. It is reached by
 * the library's own operators, in the host's own copy of it.
 *
 * @param type the library's
 * @param operators by what they are for
 */
record Reactive(Class<?> type, Map<Use, HostCall> operators) {
    private static final String UNI_TYPE = "io.smallrye.mutiny.Uni";

    /** What an operator is used for. */
    enum Use {
        /** Lets through what a predicate holds for. */
        FILTER,
        MAP,
        /** Asks a supplier anew at each subscription. */
        DEFER,
        ON_ITEM,
        ON_ERROR,
        /** However it ends, by cancellation too. */
        ON_END
    }

    private static final Map<Use, HostCall> REACTOR = Map.of(
            Use.FILTER, HostCall.onObject("filter(Predicate)"),
            Use.MAP, HostCall.onObject("map(Function)"),
            Use.DEFER, HostCall.onObject("defer(Supplier)"),
            Use.ON_ITEM, HostCall.onObject("doOnNext(Consumer)"),
            Use.ON_ERROR, HostCall.onObject("doOnError(Consumer)"),
            Use.ON_END, HostCall.onObject("doFinally(Consumer)"));

    private static final Map<Use, HostCall> MULTI = Map.of(
            Use.FILTER, HostCall.onObject("filter(Predicate)"),
            Use.MAP, HostCall.onObject("map(Function)"),
            Use.DEFER, HostCall.onObject("createFrom().deferred(Supplier)"),
            Use.ON_ITEM, HostCall.onObject("onItem().invoke(Consumer)"),
            Use.ON_ERROR, HostCall.onObject("onFailure().invoke(Consumer)"),
            Use.ON_END, HostCall.onObject("onTermination().invoke(Runnable)"));

    private static final Map<Use, HostCall> UNI = without(Use.FILTER, MULTI);

    /** By the beginning of the package; RxJava 2 and 3 differ in what {@code defer} takes. */
    private static final Map<String, Map<Use, HostCall>> BY_TYPE = Map.ofEntries(
            Map.entry("reactor.core.publisher.Mono", REACTOR),
            Map.entry("reactor.core.publisher.Flux", REACTOR),
            Map.entry(UNI_TYPE, UNI),
            Map.entry("io.smallrye.mutiny.Multi", MULTI),
            Map.entry("io.reactivex.rxjava3.core.Maybe", rxJava("Supplier", "doOnSuccess")),
            Map.entry("io.reactivex.rxjava3.core.Single", without(Use.FILTER, rxJava("Supplier", "doOnSuccess"))),
            Map.entry("io.reactivex.rxjava3.core.Flowable", rxJava("Supplier", "doOnNext")),
            Map.entry("io.reactivex.rxjava3.core.Observable", rxJava("Supplier", "doOnNext")),
            Map.entry("io.reactivex.Maybe", rxJava("Callable", "doOnSuccess")),
            Map.entry("io.reactivex.Single", without(Use.FILTER, rxJava("Callable", "doOnSuccess"))),
            Map.entry("io.reactivex.Flowable", rxJava("Callable", "doOnNext")),
            Map.entry("io.reactivex.Observable", rxJava("Callable", "doOnNext")));

    /** Asked at every call of a site, so the answer is kept, in the class that it is about. */
    private static final ClassValue<Optional<Reactive>> OF_CLASS = new ClassValue<>() {
        @Override
        protected Optional<Reactive> computeValue(Class<?> type) {
            return search(type);
        }
    };

    /** What a value is of these; empty where it is none. */
    static Optional<Reactive> of(Object value) {
        return value instanceof String ? Optional.empty() : OF_CLASS.get(value.getClass());
    }

    private static Optional<Reactive> search(@Nullable Class<?> type) {
        if (type == null) {
            return Optional.empty();
        }
        Map<Use, HostCall> operators = BY_TYPE.get(type.getName());
        if (operators != null) {
            return Optional.of(new Reactive(type, operators));
        }
        Optional<Reactive> above = search(type.getSuperclass());
        for (Class<?> implemented : type.getInterfaces()) {
            above = above.isPresent() ? above : search(implemented);
        }
        return above;
    }

    /** The operator that takes a stale item away; empty where the type must bring one that is not null. */
    Optional<Use> dropping() {
        if (operators.containsKey(Use.FILTER)) {
            return Optional.of(Use.FILTER);
        }
        return type.getName().equals(UNI_TYPE) ? Optional.of(Use.MAP) : Optional.empty();
    }

    /**
     * The value with an operator upon it.
     *
     * @throws IllegalStateException if the host's version of the library has no such operator
     */
    Object with(Use use, Object value, Function<@Nullable Object, @Nullable Object> code) {
        HostCall operator = operators.get(use);
        try {
            Object result =
                    operator == null ? null : use == Use.DEFER ? operator.from(type, code) : operator.on(value, code);
            if (result != null) {
                return result;
            }
        } catch (ReflectiveOperationException anotherVersion) {
            throw new IllegalStateException(
                    type.getName() + " has no " + operator + ": " + anotherVersion.getMessage(), anotherVersion);
        }
        throw new IllegalStateException(type.getName() + " has nothing for " + use);
    }

    private static Map<Use, HostCall> rxJava(String supplier, String onItem) {
        return Map.of(
                Use.FILTER, HostCall.onObject("filter(Predicate)"),
                Use.MAP, HostCall.onObject("map(Function)"),
                Use.DEFER, HostCall.onObject("defer(" + supplier + ")"),
                Use.ON_ITEM, HostCall.onObject(onItem + "(Consumer)"),
                Use.ON_ERROR, HostCall.onObject("doOnError(Consumer)"),
                Use.ON_END, HostCall.onObject("doFinally(Action)"));
    }

    private static Map<Use, HostCall> without(Use use, Map<Use, HostCall> all) {
        return all.entrySet().stream()
                .filter(entry -> entry.getKey() != use)
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
