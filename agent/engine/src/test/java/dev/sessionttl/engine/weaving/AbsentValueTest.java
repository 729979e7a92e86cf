package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbsentValueTest {
    @ParameterizedTest
    @ValueSource(strings = {"text", "row", "uuid", "object", "boxed", "variable"})
    void whatMayBeNullIsNull(String method) throws Exception {
        assertThat(absentOf(method)).isPresent();
        assertThat(valueOf(method)).isNull();
    }

    /** So that their class files need not be read. */
    @Test
    void noTypeOfTheLanguageIsAContainer() throws Exception {
        Path language = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base/java/lang");
        List<Class<?>> types = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(language, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName("java.lang." + name, false, null);
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                }
            }
        }

        assertThat(types).hasSizeGreaterThan(100).contains(String.class, Object.class);
        assertThat(types)
                .noneMatch(type -> Stream.of(
                                Collection.class, Map.class, Future.class, BaseStream.class, Flow.Publisher.class)
                        .anyMatch(container -> container.isAssignableFrom(type)));
    }

    @Test
    void optionalsAreEmpty() throws Exception {
        assertThat(made("optional")).isEqualTo(Optional.empty());
        assertThat(made("optionalInt")).isEqualTo(OptionalInt.empty());
        assertThat(made("optionalLong")).isEqualTo(OptionalLong.empty());
        assertThat(made("optionalDouble")).isEqualTo(OptionalDouble.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "arrayList", "collection", "set", "sortedSet", "navigableSet"})
    @SuppressWarnings("unchecked")
    void collectionsAreNewEmptyAndMayBeAddedTo(String method) throws Exception {
        Collection<String> value = (Collection<String>) made(method);

        assertThat(value).isInstanceOf(returnType(method)).isEmpty();
        value.add("the host's own");
        assertThat((Collection<String>) made(method)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "sortedMap", "navigableMap"})
    @SuppressWarnings("unchecked")
    void mapsAreNewEmptyAndMayBePutInto(String method) throws Exception {
        Map<String, String> value = (Map<String, String>) made(method);

        assertThat(value).isInstanceOf(returnType(method)).isEmpty();
        value.put("the host's", "own");
        assertThat((Map<String, String>) made(method)).isEmpty();
    }

    @Test
    void iterablesIteratorsAndStreamsAreEmptyAndStreamsAreNew() throws Exception {
        assertThat((Iterable<?>) made("iterable")).isEmpty();
        assertThat((Iterator<?>) made("iterator")).isExhausted();
        for (int i = 0; i < 2; i++) {
            assertThat(((Stream<?>) made("stream")).count()).isZero();
            assertThat(((IntStream) made("intStream")).count()).isZero();
            assertThat(((LongStream) made("longStream")).count()).isZero();
            assertThat(((DoubleStream) made("doubleStream")).count()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"future", "stage", "plainFuture", "rawFuture", "futureOfAnything", "futureOfVariable"})
    void futuresAreCompletedWithNull(String method) throws Exception {
        Object value = made(method);

        assertThat(value).isInstanceOf(CompletableFuture.class);
        assertThat(((CompletableFuture<?>) value).isDone()).isTrue();
        assertThat(((CompletableFuture<?>) value).join()).isNull();
    }

    @Test
    void futuresOfContainersAreCompletedWithEmptyOnes() throws Exception {
        assertThat(((CompletableFuture<?>) made("futureOfOptional")).join()).isEqualTo(Optional.empty());
        assertThat(((CompletableFuture<?>) made("futureOfList")).join()).isEqualTo(List.of());
        assertThat(((CompletableFuture<?>) ((CompletableFuture<?>) made("futureOfFuture")).join()).join())
                .isEqualTo(Optional.empty());
    }

    /** There the host's body runs and finds nothing: the row is gone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "number",
                "flag",
                "array",
                "texts",
                "ownCollection",
                "ownMap",
                "ownFuture",
                "ownStream",
                "publisher",
                "ownPublisher",
                "futureOfNumbers",
                "futureOfOwnCollection",
            })
    void whatHasNoSuchValueHasNone(String method) throws Exception {
        assertThat(absentOf(method)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"flag, false", "number, 0", "tiny, 0", "small, 0", "big, 0", "real, 0.0", "precise, 0.0"})
    void theZeroOfAPrimitiveIsOfItsOwnType(String method, String shown) throws Exception {
        Object zero = AbsentValue.zeroOf(returnType(method).getTypeName());

        assertThat(zero).hasToString(shown);
        // A value of another type would be refused here, as by the woven method.
        Array.set(Array.newInstance(returnType(method), 1), 0, zero);
        assertThat(MethodType.methodType(returnType(method)).wrap().returnType().isInstance(zero))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "text", "array", "boxed"})
    void whatMayBeNullOrIsNothingHasNoZero(String method) throws Exception {
        assertThat(AbsentValue.zeroOf(returnType(method).getTypeName())).isNull();
    }

    @Test
    void whereTheDeclaredTypeTellsLittleTheReturnedValueTellsMore() throws Exception {
        Optional<Supplier<@Nullable Object>> declared = absentOf("object");

        assertThat(AbsentValue.inPlaceOf(Optional.of("s"), declared)
                        .orElseThrow()
                        .get())
                .isEqualTo(Optional.empty());
        Object future = AbsentValue.inPlaceOf(CompletableFuture.completedFuture("s"), declared)
                .orElseThrow()
                .get();
        assertThat(future).isInstanceOf(CompletableFuture.class);
        assertThat(((CompletableFuture<?>) Objects.requireNonNull(future)).join())
                .isNull();
        assertThat(AbsentValue.inPlaceOf("s", declared).orElseThrow().get()).isNull();
    }

    @Test
    void whereTheDeclaredTypeTellsMoreItStands() throws Exception {
        Object future = AbsentValue.inPlaceOf(
                        CompletableFuture.completedFuture(Optional.of("s")), absentOf("futureOfOptional"))
                .orElseThrow()
                .get();

        assertThat(((CompletableFuture<?>) Objects.requireNonNull(future)).join())
                .isEqualTo(Optional.empty());
        assertThat(AbsentValue.inPlaceOf(new String[0], absentOf("array"))).isEmpty();
    }

    private static Object made(String method) throws Exception {
        return Objects.requireNonNull(valueOf(method));
    }

    private static @Nullable Object valueOf(String method) throws Exception {
        return absentOf(method).orElseThrow().get();
    }

    private static Optional<Supplier<@Nullable Object>> absentOf(String method) throws Exception {
        return AbsentValue.of(
                Declared.returnType(Host.class, method),
                Declared.headers(),
                new WeakReference<>(Host.class.getClassLoader()));
    }

    private static Class<?> returnType(String method) throws Exception {
        return Host.class.getDeclaredMethod(method).getReturnType();
    }

    @SuppressWarnings({"rawtypes", "NonApiType"}) // hosts declare such types
    interface Host<T> {
        String text();

        Row row();

        UUID uuid();

        Object object();

        Long boxed();

        T variable();

        void nothing();

        Optional<String> optional();

        OptionalInt optionalInt();

        OptionalLong optionalLong();

        OptionalDouble optionalDouble();

        List<String> list();

        ArrayList<String> arrayList();

        Collection<String> collection();

        Iterable<String> iterable();

        Set<String> set();

        SortedSet<String> sortedSet();

        NavigableSet<String> navigableSet();

        Map<String, String> map();

        SortedMap<String, String> sortedMap();

        NavigableMap<String, String> navigableMap();

        Iterator<String> iterator();

        Stream<String> stream();

        IntStream intStream();

        LongStream longStream();

        DoubleStream doubleStream();

        CompletableFuture<String> future();

        CompletionStage<Row> stage();

        Future<String> plainFuture();

        CompletableFuture rawFuture();

        CompletableFuture<?> futureOfAnything();

        CompletableFuture<T> futureOfVariable();

        CompletableFuture<Optional<String>> futureOfOptional();

        CompletionStage<List<String>> futureOfList();

        CompletableFuture<CompletionStage<Optional<String>>> futureOfFuture();

        int number();

        boolean flag();

        char letter();

        byte tiny();

        short small();

        long big();

        float real();

        double precise();

        String[] array();

        byte[] texts();

        Rows ownCollection();

        RowsByKey ownMap();

        RowFuture ownFuture();

        RowStream ownStream();

        Flow.Publisher<String> publisher();

        RowPublisher ownPublisher();

        CompletableFuture<int[]> futureOfNumbers();

        CompletableFuture<Rows> futureOfOwnCollection();
    }

    record Row(String sessionId) {}

    interface Rows extends List<Row> {}

    interface RowsByKey extends Map<String, Row> {}

    interface RowFuture extends Future<Row> {}

    interface RowStream extends BaseStream<Row, RowStream> {}

    interface RowPublisher extends Flow.Publisher<Row> {}
}
