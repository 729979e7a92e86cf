package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostCallTest {
    private static final String NONE = None.class.getName();

    @ParameterizedTest
    @ValueSource(strings = {"VALUE", "made()", "INSTANCE.value", "INSTANCE.hidden()", "INSTANCE . hidden ( )"})
    void itReadsStaticFieldsAndCallsStaticMethodsAndGoesOnFromThere(String members) throws Exception {
        HostCall call = HostCall.parse(NONE + "#" + members);

        assertThat(call.from(None.class.getClassLoader())).isEqualTo("none");
    }

    @Test
    void whatIsNullIsNull() throws Exception {
        assertThat(HostCall.parse(NONE + "#NOTHING").from(None.class.getClassLoader()))
                .isNull();
        assertThat(HostCall.parse(NONE + "#NOTHING.more()").from(None.class.getClassLoader()))
                .isNull();
    }

    /** As a library's implementation usually is. */
    @Test
    void aPublicMethodOfAHiddenClassIsReachedThroughWhatItImplements() throws Exception {
        assertThat(HostCall.onObject("size()").on(List.of("a"), argument -> null))
                .isEqualTo(1);
    }

    @Test
    void aFunctionBecomesWhateverInterfaceTheMethodTakes() throws Exception {
        Object kept = HostCall.onObject("keptIf(Predicate)").on(new None(), value -> "none".equals(value));
        Object called = HostCall.onObject("calledBack(Callable)").from(None.class, nothing -> nothing == null);

        assertThat(kept).isEqualTo(Optional.of("none"));
        assertThat(called).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Gone#NONE,        com.acme.Gone",
        "%s#GONE,                   has no GONE",
        "%s#gone(),                 has no gone()",
        "%s#value,                  value of %s is not static",
        "%s#failing(),              failing() threw java.lang.IllegalStateException: broken",
    })
    void whatCannotBeCalledIsToldInWords(String text, String words) throws Exception {
        HostCall call = HostCall.parse(text.formatted(NONE));

        assertThatThrownBy(() -> call.from(None.class.getClassLoader()))
                .isInstanceOf(ReflectiveOperationException.class)
                .hasMessageContaining(words.formatted(NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "'',                'a type is expected'",
        "com.acme.None,     '#' is expected",
        ".None#x,           a type is expected",
        "com.acme.None#,    a field or a method() is expected",
        "com.acme.None#1,   a field or a method() is expected",
        "com.acme.None#x(,  ')' is expected",
        "com.acme.None#x(y),')' is expected",
        "com.acme.None#x y, it should be over",
        "null,              '#' is expected",
    })
    void whatIsNoCallIsToldWithItsSpot(String text, String words) {
        assertThatThrownBy(() -> HostCall.parse(text))
                .isInstanceOf(SyntaxException.class)
                .hasMessageContaining(words)
                .hasMessageContaining(">>>");
    }

    @SuppressWarnings("unused") // found by name
    static final class None {
        static final String VALUE = "none";
        static final @Nullable String NOTHING = null;
        private static final None INSTANCE = new None();
        private final String value = "none";

        private static String made() {
            return VALUE;
        }

        private String hidden() {
            return value;
        }

        static String failing() {
            throw new IllegalStateException("broken");
        }

        Optional<String> keptIf(Predicate<String> predicate) {
            return Optional.of(value)
                    .filter(predicate.and(kept -> List.of(predicate).contains(predicate)));
        }

        Optional<String> keptIf(List<String> another) {
            return Optional.of(new ArrayList<>(another).get(0));
        }

        static Object calledBack(Callable<Boolean> callable) throws Exception {
            return callable.call();
        }
    }
}
