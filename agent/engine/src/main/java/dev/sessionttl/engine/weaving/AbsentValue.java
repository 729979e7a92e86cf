package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.HostCall;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a method hands out when there is no session, by its declared return type. Collections are new and mutable, since a
 * host may add to its own; a type with no such value has none, and there the body runs and finds nothing.
 */
final class AbsentValue {
    /** Futures are completed with what their content has for "absent". */
    private static final List<String> FUTURES = List.of(
            "java.util.concurrent.CompletableFuture",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.Future");

    /** Containers that are never null where they are used: null in their place would break the host. */
    private static final List<String> NEVER_NULL = List.of(
            "org.reactivestreams.Publisher",
            "java.util.concurrent.Flow$Publisher",
            "io.smallrye.mutiny.Uni",
            "io.reactivex.MaybeSource",
            "io.reactivex.ObservableSource",
            "io.reactivex.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource",
            "kotlinx.coroutines.Deferred",
            "kotlinx.coroutines.flow.Flow",
            "io.vavr.Value",
            "scala.Option",
            "com.google.common.base.Optional",
            "java.util.concurrent.Future",
            "java.util.stream.BaseStream",
            "java.util.Collection",
            "java.util.Map");

    private static final Supplier<@Nullable Object> NULL = AbsentValue::nothing;

    private AbsentValue() {}

    /**
     * Makes the absent value of a return type; empty where it has none.
     *
     * @param loader in which the host's own types are found, when the value is made
     */
    static Optional<Supplier<@Nullable Object>> of(
            DeclaredType type, ClassHeaders headers, WeakReference<@Nullable ClassLoader> loader) {
        if (type.isPrimitive() || type.isArray()) {
            return Optional.empty();
        }
        Supplier<@Nullable Object> known = ofTheJdk(type.name());
        if (known != null) {
            return Optional.of(known);
        }
        if (FUTURES.contains(type.name())) {
            return contentOf(type, headers, loader).map(content -> () -> completed(content.get()));
        }
        HostCall hosts = ofHosts(type.name());
        if (hosts != null) {
            return Optional.of(() -> called(hosts, loader.get()));
        }
        return isNeverNull(type.name(), headers) ? Optional.empty() : Optional.of(NULL);
    }

    /** Makes the absent value of what a future or its like brings. */
    static Optional<Supplier<@Nullable Object>> contentOf(
            DeclaredType future, ClassHeaders headers, WeakReference<@Nullable ClassLoader> loader) {
        return of(future.onlyArgument().orElse(DeclaredType.OBJECT), headers, loader);
    }

    /**
     * A type whose class files are not all there cannot be one of these containers in use. None of {@code java.lang} is one:
     * most ids are texts, and the JDK takes long to find the class files of theirs.
     */
    private static boolean isNeverNull(String type, ClassHeaders headers) {
        return NEVER_NULL.contains(type)
                || (!type.startsWith("java.lang.")
                        && headers.namesAbove(type).stream().anyMatch(NEVER_NULL::contains));
    }

    /** As {@link #of}, where the value that is to be replaced tells more than the declared type: {@code Object}, {@code T}. */
    static Optional<Supplier<@Nullable Object>> inPlaceOf(
            Object returned, Optional<Supplier<@Nullable Object>> declared) {
        if (returned instanceof Optional) {
            return Optional.of(Optional::empty);
        }
        return returned instanceof CompletableFuture
                        && declared.filter(NULL::equals).isPresent()
                ? Optional.of(() -> completed(null))
                : declared;
    }

    /** The value that a skipped body "returns" beside a throwable, for a type that cannot hold null. */
    static @Nullable Object zeroOf(String type) {
        return switch (type) {
            case "boolean" -> false;
            case "char" -> '\0';
            case "byte" -> (byte) 0;
            case "short" -> (short) 0;
            case "int" -> 0;
            case "long" -> 0L;
            case "float" -> 0f;
            case "double" -> 0d;
            default -> null;
        };
    }

    private static @Nullable Supplier<@Nullable Object> ofTheJdk(String type) {
        return switch (type) {
            case "java.util.Optional" -> Optional::empty;
            case "java.util.OptionalInt" -> OptionalInt::empty;
            case "java.util.OptionalLong" -> OptionalLong::empty;
            case "java.util.OptionalDouble" -> OptionalDouble::empty;
            case "java.util.List", "java.util.ArrayList", "java.util.Collection", "java.lang.Iterable" ->
                ArrayList::new;
            case "java.util.Set" -> LinkedHashSet::new;
            case "java.util.SortedSet", "java.util.NavigableSet" -> TreeSet::new;
            case "java.util.Map" -> LinkedHashMap::new;
            case "java.util.SortedMap", "java.util.NavigableMap" -> TreeMap::new;
            case "java.util.Iterator" -> Collections::emptyIterator;
            case "java.util.stream.Stream" -> Stream::empty;
            case "java.util.stream.IntStream" -> IntStream::empty;
            case "java.util.stream.LongStream" -> LongStream::empty;
            case "java.util.stream.DoubleStream" -> DoubleStream::empty;
            default -> null;
        };
    }

    /** What the libraries of hosts have for "none"; the host's own copy is called, once there is something to hand out. */
    private static @Nullable HostCall ofHosts(String type) {
        return switch (type) {
            case "reactor.core.publisher.Mono",
                    "reactor.core.publisher.Flux",
                    "io.reactivex.rxjava3.core.Maybe",
                    "io.reactivex.rxjava3.core.Flowable",
                    "io.reactivex.rxjava3.core.Observable",
                    "io.reactivex.Maybe",
                    "io.reactivex.Flowable",
                    "io.reactivex.Observable",
                    "scala.Option" -> call(type, "empty()");
            case "io.smallrye.mutiny.Uni" -> call(type, "createFrom().nullItem()");
            case "io.smallrye.mutiny.Multi" -> call(type, "createFrom().empty()");
            case "kotlinx.coroutines.flow.Flow" -> call("kotlinx.coroutines.flow.FlowKt", "emptyFlow()");
            case "com.google.common.base.Optional" -> call(type, "absent()");
            case "io.vavr.control.Option" -> call(type, "none()");
            default -> null;
        };
    }

    private static HostCall call(String owner, String call) {
        try {
            return HostCall.parse(owner + "#" + call);
        } catch (SyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable Object called(HostCall hosts, @Nullable ClassLoader loader) {
        try {
            return hosts.from(loader);
        } catch (ReflectiveOperationException anotherVersion) {
            throw new IllegalStateException(hosts + " gives nothing: " + anotherVersion.getMessage(), anotherVersion);
        }
    }

    private static @Nullable Object nothing() {
        return null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is completed already: there is no error to lose
    private static Object completed(@Nullable Object content) {
        return CompletableFuture.completedFuture(content);
    }
}
