package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
        known.remember("id", first);

        Throwable again = known.thrownFor("id").orElseThrow();

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

    @ParameterizedTest
    @MethodSource("special")
    void whatCannotBeMadeAnewAsItWasIsThrownItself(Throwable first) {
        known.remember("id", first);

        assertThat(known.thrownFor("id")).containsSame(first);
    }

    @Test
    void theLastFailureOfAnIdIsTheOneThatIsKnown() {
        known.remember("id", new IOException("first"));
        known.remember("id", new IOException("second"));

        assertThat(known.thrownFor("id").orElseThrow()).hasMessage("second");
        assertThat(known.thrownFor("another")).isEmpty();
    }

    @Test
    void onlySoManyAreKnownAndTheEldestAreForgotten() {
        for (int i = 0; i <= 256; i++) {
            known.remember("id-" + i, new IOException("refused"));
        }

        assertThat(known.thrownFor("id-0")).isEmpty();
        assertThat(known.thrownFor("id-1")).isPresent();
        assertThat(known.thrownFor("id-256")).isPresent();
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
        @SuppressWarnings("unused") // a new instance would lack it
        final int exitCode;

        ExitFailure(String message, int exitCode) {
            super(message);
            this.exitCode = exitCode;
        }
    }

    private static final class SubtypeOfExitFailure extends ExitFailure {
        SubtypeOfExitFailure() {
            super("refused", 1);
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
