package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.weaving.KnownFailures.Again;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownFailuresTest {
    private final KnownFailures known = new KnownFailures();

    static Stream<Throwable> ordinary() {
        return Stream.of(
                new IOException("refused"),
                new IOException("refused", new IllegalStateException("exit 1")),
                new IllegalStateException("refused", new IOException("exit 1")),
                new HostFailure("refused", new IOException("exit 1")),
                new HostFailure("refused", null),
                new TextFailure("refused"),
                new Error("refused"));
    }

    @ParameterizedTest
    @MethodSource("ordinary")
    void itIsThrownAnewWithTheSameTypeTextAndCauseAndAStackOfItsOwn(Throwable first) {
        known.remember("id", first, false);

        Throwable again = known.againFor("id").map(Again::failure).orElseThrow();

        assertThat(again).isNotSameAs(first).hasSameClassAs(first).hasMessage(first.getMessage());
        assertThat(again.getCause()).isSameAs(first.getCause());
        assertThat(again.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().startsWith("itIsThrownAnew"));
    }

    static Stream<Throwable> special() {
        return Stream.of(
                new ExitFailure("refused", 1),
                new SubtypeOfExitFailure(),
                new FixedTextFailure(),
                new DecoratingFailure("refused"),
                new RefusingFailure("refused", true),
                new TextFailure("refused").causedBy(new IOException("exit 1")),
                new IllegalStateException() {});
    }

    /** A host may tell by a code or an id in the exception what to do next. */
    @ParameterizedTest
    @MethodSource("special")
    void noConstructorOfTheHostHasToFitForThat(Throwable first) {
        itIsThrownAnewWithTheSameTypeTextAndCauseAndAStackOfItsOwn(first);
    }

    @Test
    void itHasTheSameFieldsThoseOfItsSupertypesToo() {
        known.remember("id", new SubtypeOfExitFailure(), false);

        assertThat(known.againFor("id").map(Again::failure))
                .containsInstanceOf(SubtypeOfExitFailure.class)
                .get()
                .extracting("exitCode", "tries")
                .containsExactly(7, List.of("first", "second"));
    }

    @Test
    void itsTextIsTheSameThoughItsTypeWritesMoreAroundIt() {
        known.remember("id", new QuotingFailure("refused"), false);

        assertThat(known.againFor("id").map(Again::failure).orElseThrow()).hasMessage("<refused>");
    }

    @Test
    void noConstructorOfTheHostRuns() {
        known.remember("id", new CountingFailure(), false);
        CountingFailure.made.set(0);

        assertThat(known.againFor("id").map(Again::failure)).containsInstanceOf(CountingFailure.class);

        assertThat(CountingFailure.made).hasValue(0);
    }

    @Test
    void aHostMayGiveItACauseWhereTheFirstHadNone() {
        known.remember("id", new IOException("refused"), false);
        IllegalStateException cause = new IllegalStateException("exit 1");

        assertThat(known.againFor("id").map(Again::failure).orElseThrow().initCause(cause))
                .hasCause(cause);
    }

    @Test
    void eachRetryGetsOneOfItsOwn() {
        known.remember("id", new IOException("refused"), false);

        Throwable one = known.againFor("id").map(Again::failure).orElseThrow();
        one.addSuppressed(new IOException("while closing"));

        assertThat(known.againFor("id").map(Again::failure).orElseThrow())
                .isNotSameAs(one)
                .hasNoSuppressedExceptions();
    }

    /** The JDK keeps the fields of its own modules to itself. */
    @Test
    void whatCannotBeMadeAnewAsItWasIsNotKnown() {
        known.remember("id", new SQLException("refused", "08006", 42), false);

        assertThat(known.againFor("id").map(Again::failure)).isEmpty();
    }

    @Test
    void theLastFailureOfAnIdIsTheOneThatIsKnown() {
        known.remember("id", new IOException("first"), false);
        known.remember("id", new IOException("second"), false);

        assertThat(known.againFor("id").map(Again::failure).orElseThrow()).hasMessage("second");
        assertThat(known.againFor("another").map(Again::failure)).isEmpty();
    }

    @Test
    void onlySoManyAreKnownAndTheEldestAreForgotten() {
        for (int i = 0; i <= 256; i++) {
            known.remember("id-" + i, new IOException("refused"), false);
        }

        assertThat(known.againFor("id-0").map(Again::failure)).isEmpty();
        assertThat(known.againFor("id-1").map(Again::failure)).isPresent();
        assertThat(known.againFor("id-256").map(Again::failure)).isPresent();
    }

    private static final class HostFailure extends RuntimeException {
        private HostFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private static final class TextFailure extends Exception {
        TextFailure(String message) {
            super(message);
        }

        TextFailure causedBy(Throwable cause) {
            initCause(cause);
            return this;
        }
    }

    private static class ExitFailure extends Exception {
        @SuppressWarnings("unused") // read by its name
        private final int exitCode;

        ExitFailure(String message, int exitCode) {
            super(message);
            this.exitCode = exitCode;
        }
    }

    private static final class SubtypeOfExitFailure extends ExitFailure {
        @SuppressWarnings("unused") // read by its name
        private final List<String> tries = List.of("first", "second");

        SubtypeOfExitFailure() {
            super("refused", 7);
        }
    }

    private static final class QuotingFailure extends Exception {
        QuotingFailure(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return "<" + super.getMessage() + ">";
        }
    }

    private static final class CountingFailure extends Exception {
        static final AtomicInteger made = new AtomicInteger();

        CountingFailure() {
            super("refused");
            made.incrementAndGet();
        }
    }

    private static final class FixedTextFailure extends Exception {
        FixedTextFailure() {
            super("refused");
        }
    }

    private static final class DecoratingFailure extends Exception {
        DecoratingFailure(String id) {
            super("resume of " + id);
        }
    }

    private static final class RefusingFailure extends Exception {
        RefusingFailure(String message, boolean first) {
            super(first ? message : "");
        }

        @SuppressWarnings("unused") // found by reflection
        RefusingFailure(String message) {
            super(message);
            throw new UnsupportedOperationException(message);
        }
    }
}
