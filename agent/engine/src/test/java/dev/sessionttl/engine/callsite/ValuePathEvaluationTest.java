package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValuePathEvaluationTest {
    private final List<String> missed = new ArrayList<>();
    private final Access access = new Access() {
        @Override
        public void open(Class<?> type) {
            throw new AssertionError("nothing here has to be opened, nor " + type);
        }

        @Override
        public void missing(ValuePath path, Class<?> type) {
            missed.add(path + " on " + type.getSimpleName());
        }
    };

    record Ticket(String sessionId, @Nullable Ticket parent, long number) {}

    @SuppressWarnings("unused")
    static class Bean {
        static final String SHARED = "static";
        private final String onlyField = "field";
        private final String hidden = "super";
        private boolean running = true;

        public String getSessionId() {
            return "getter";
        }

        public boolean isLive() {
            return running;
        }

        String plain() {
            return "plain";
        }

        String getPlain() {
            return "not asked, as plain() is there";
        }

        private String secret() {
            return "private";
        }

        public String getBroken() {
            throw new IllegalStateException();
        }

        public String getDeep() {
            throw new StackOverflowError();
        }

        public void nothing() {
            running = false;
        }

        public static String getShared() {
            return "static";
        }

        public String getWith(int argument) {
            return "argument";
        }
    }

    @SuppressWarnings("unused")
    static final class SubBean extends Bean {
        private final String hidden = "sub";
    }

    interface Named {
        default String getName() {
            return "default";
        }
    }

    static final class NamedByDefault implements Named {}

    @Test
    void aPathWithoutStepsIsTheValueItself() throws SyntaxException {
        Object value = new Object();

        assertThat(at("arg0", "id")).isEqualTo("id");
        assertThat(at("this", value)).isSameAs(value);
        assertThat(at("return", null)).isNull();
    }

    @Test
    void recordsAreReadByTheirComponents() throws SyntaxException {
        Ticket ticket = new Ticket("id", new Ticket("parent", null, 1), 7);

        assertThat(at("arg0.sessionId", ticket)).isEqualTo("id");
        assertThat(at("arg0.parent.sessionId", ticket)).isEqualTo("parent");
        assertThat(at("arg0.number", ticket)).isEqualTo(7L);
    }

    @Test
    void beansAreReadByMethodGetterAndField() throws SyntaxException {
        for (Bean bean : List.of(new Bean(), new SubBean())) {
            assertThat(at("this.sessionId", bean)).isEqualTo("getter");
            assertThat(at("this.getSessionId", bean)).isEqualTo("getter");
            assertThat(at("this.live", bean)).isEqualTo(true);
            assertThat(at("this.plain", bean)).isEqualTo("plain");
            assertThat(at("this.secret", bean)).isEqualTo("private");
            assertThat(at("this.onlyField", bean)).isEqualTo("field");
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void theFieldOfTheSubclassHidesTheOther() throws SyntaxException {
        assertThat(at("this.hidden", new Bean())).isEqualTo("super");
        assertThat(at("this.hidden", new SubBean())).isEqualTo("sub");
    }

    @Test
    void defaultMethodsAreInherited() throws SyntaxException {
        assertThat(at("this.name", new NamedByDefault())).isEqualTo("default");
        assertThat(at("this.name", new Named() {})).isEqualTo("default");
    }

    @Test
    void nullAnywhereIsNoValue() throws SyntaxException {
        assertThat(at("arg0.sessionId", null)).isNull();
        assertThat(at("arg0.parent.sessionId", new Ticket("id", null, 1))).isNull();
        assertThat(missed).isEmpty();
    }

    @Test
    void anAccessorThatThrowsIsNoValue() throws SyntaxException {
        assertThat(at("this.broken", new Bean())).isNull();
        assertThat(at("this.deep", new Bean())).isNull();
        assertThat(missed).isEmpty();
    }

    @Test
    void staticVoidAndParameterizedMembersAreNoSteps() throws SyntaxException {
        Bean bean = new Bean();

        assertThat(at("this.shared", bean)).isNull();
        assertThat(at("this.SHARED", bean)).isNull();
        assertThat(at("this.with", bean)).isNull();
        assertThat(at("this.nothing", bean)).isNull();
        assertThat(bean.isLive()).isTrue();
        assertThat(missed).hasSize(4);
    }

    @Test
    void whatIsNotThereIsReportedOncePerClass() throws SyntaxException {
        ValuePath path = ValuePath.parse("arg0.sessionId[0].no", access);

        for (int i = 0; i < 3; i++) {
            assertThat(path.evaluate(new Ticket("id", null, 1))).isNull();
            assertThat(path.evaluate(new NamedByDefault())).isNull();
            assertThat(path.evaluate(new Bean())).isNull();
        }

        assertThat(missed).containsExactly("arg0.sessionId[0].no on String", "arg0.sessionId[0].no on NamedByDefault");
    }

    @Test
    void aHookThatThrowsIsNoValue() throws SyntaxException {
        Access rude = new Access() {
            @Override
            public void open(Class<?> type) {}

            @Override
            public void missing(ValuePath path, Class<?> type) {
                throw new IllegalStateException();
            }
        };

        assertThat(ValuePath.parse("arg0.no", rude).evaluate("id")).isNull();
    }

    @Test
    void mapsAreReadByKey() throws SyntaxException {
        Map<String, Object> map = new HashMap<>();
        map.put("id", "value");
        map.put("some key", Map.of("size", "inner"));

        assertThat(at("arg0.id", map)).isEqualTo("value");
        assertThat(at("arg0['some key'].size", map)).isEqualTo("inner");
        assertThat(at("arg0.size", map)).isNull();
        assertThat(at("arg0.id", new TreeMap<>(Map.of(1, "numbers for keys")))).isNull();
        assertThat(missed).isEmpty();
    }

    @Test
    void arraysAndListsAreReadByIndex() throws SyntaxException {
        assertThat(at("arg0[1]", new String[] {"a", "b"})).isEqualTo("b");
        assertThat(at("arg0[1][0]", new int[][] {{1}, {2}})).isEqualTo(2);
        assertThat(at("arg0[0]", new long[] {5})).isEqualTo(5L);
        assertThat(at("arg0[1]", List.of("a", "b"))).isEqualTo("b");
        assertThat(at("arg0[1]", new CopyOnWriteArrayList<>(List.of("a", "b")))).isEqualTo("b");
        assertThat(at("arg0[0].sessionId", List.of(new Ticket("id", null, 1)))).isEqualTo("id");
        assertThat(missed).isEmpty();
    }

    @Test
    void anIndexOutOfRangeIsNoValue() throws SyntaxException {
        assertThat(at("arg0[2]", new String[] {"a", "b"})).isNull();
        assertThat(at("arg0[0]", new byte[0])).isNull();
        assertThat(at("arg0[2]", Arrays.asList("a", "b"))).isNull();
        assertThat(at("arg0[0]", Arrays.asList((String) null))).isNull();
        assertThat(missed).isEmpty();
    }

    @Test
    void optionalsAreLookedInto() throws SyntaxException {
        assertThat(at("return", Optional.of("id"))).isEqualTo("id");
        assertThat(at("return", Optional.empty())).isNull();
        assertThat(at("return", OptionalInt.of(3))).isEqualTo(3);
        assertThat(at("return", OptionalLong.of(3))).isEqualTo(3L);
        assertThat(at("return", OptionalInt.empty())).isNull();
        assertThat(at("return", OptionalLong.empty())).isNull();
        assertThat(at("return.sessionId", Optional.of(new Ticket("id", null, 1))))
                .isEqualTo("id");
        assertThat(at("return[0].id", Optional.of(List.of(Optional.of(Map.of("id", Optional.of("x")))))))
                .isEqualTo("x");
    }

    @Test
    void completedFuturesAreLookedInto() throws SyntaxException {
        Ticket ticket = new Ticket("id", null, 1);
        FutureTask<Ticket> task = new FutureTask<>(() -> {}, ticket);
        task.run();

        assertThat(at("return.sessionId", CompletableFuture.completedFuture(ticket)))
                .isEqualTo("id");
        assertThat(at("return.sessionId", CompletableFuture.completedStage(ticket)))
                .isEqualTo("id");
        assertThat(at("return.sessionId", CompletableFuture.completedFuture(Optional.of(ticket))))
                .isEqualTo("id");
        assertThat(at("return.sessionId", task)).isEqualTo("id");
    }

    @Test
    void futuresThatHaveNoResultAreNoValue() throws SyntaxException {
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        CompletionStage<String> incompleteStage = new CompletableFuture<String>().minimalCompletionStage();
        FutureTask<String> failed = new FutureTask<>(() -> {
            throw new IllegalStateException();
        });
        failed.run();

        assertThat(at("return", new CompletableFuture<>())).isNull();
        assertThat(at("return", CompletableFuture.failedFuture(new Exception())))
                .isNull();
        assertThat(at("return", CompletableFuture.completedFuture(null))).isNull();
        assertThat(at("return", CompletableFuture.failedStage(new Exception()))).isNull();
        assertThat(at("return", cancelled)).isNull();
        assertThat(at("return", incompleteStage)).isNull();
        assertThat(at("return", failed)).isNull();
        assertThat(at("return", new FutureTask<>(() -> "not run"))).isNull();
    }

    @Test
    void aFutureCompletedWithItselfEnds() throws SyntaxException {
        CompletableFuture<Object> future = new CompletableFuture<>();
        future.complete(future);

        assertThat(at("return", future)).isNull();
    }

    @Test
    void throwablesAreReadAsBeans() throws SyntaxException {
        Exception thrown = new Exception("outer", new Exception("inner"));

        assertThat(at("thrown.message", thrown)).isEqualTo("outer");
        assertThat(at("thrown.cause.message", thrown)).isEqualTo("inner");
        assertThat(at("thrown.stackTrace[0].methodName", thrown)).isEqualTo("throwablesAreReadAsBeans");
    }

    @Test
    void jdkClassesAreReadThroughWhatTheyExport() throws SyntaxException {
        UUID uuid = UUID.randomUUID();

        assertThat(at("arg0.key", Map.entry("k", "v"))).isEqualTo("k");
        assertThat(at(
                        "arg0.value",
                        new HashMap<>(Map.of("k", "v")).entrySet().iterator().next()))
                .isEqualTo("v");
        assertThat(at("arg0.toString", uuid)).isEqualTo(uuid.toString());
        assertThat(at("arg0.size", List.of(1, 2))).isEqualTo(2);
    }

    @Test
    void whatTheJdkKeepsToItselfIsMissing() throws SyntaxException {
        assertThat(at("arg0.mostSigBits", UUID.randomUUID())).isNull();
        assertThat(at("arg0.elementData", new ArrayList<>())).isNull();
        assertThat(missed).containsExactly("arg0.mostSigBits on UUID", "arg0.elementData on ArrayList");
    }

    private @Nullable Object at(String path, @Nullable Object root) throws SyntaxException {
        return ValuePath.parse(path, access).evaluate(root);
    }
}
