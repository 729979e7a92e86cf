package dev.sessionttl.engine.callsite;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TextFormTest {
    @Test
    void textUuidsAndWholeNumbersAreIds() {
        UUID uuid = UUID.randomUUID();

        assertThat(TextForm.id("abc")).contains("abc");
        assertThat(TextForm.id(CharBuffer.wrap("abc"))).contains("abc");
        assertThat(TextForm.id(uuid)).contains(uuid.toString());
        assertThat(TextForm.id(42L)).contains("42");
        assertThat(TextForm.id(-7)).contains("-7");
        assertThat(TextForm.id(BigInteger.TWO.pow(70))).contains("1180591620717411303424");
    }

    @Test
    void nothingElseIsAnId() {
        assertThat(TextForm.id(null)).isEmpty();
        assertThat(TextForm.id("")).isEmpty();
        assertThat(TextForm.id(" \t")).isEmpty();
        assertThat(TextForm.id(1.5)).isEmpty();
        assertThat(TextForm.id(new Object())).isEmpty();
        assertThat(TextForm.id(List.of("abc"))).isEmpty();
        assertThat(TextForm.id(new char[] {'a'})).isEmpty();
        assertThat(TextForm.id(new ThrowingText())).isEmpty();
    }

    @Test
    void textIsTakenAsItIs() {
        assertThat(TextForm.text("No conversation found")).contains("No conversation found");
        assertThat(TextForm.text(CharBuffer.wrap("No"))).contains("No");
        assertThat(TextForm.text("No".toCharArray())).contains("No");
    }

    @Test
    void whatIsNoTextGivesNone() {
        assertThat(TextForm.text(null)).isEmpty();
        assertThat(TextForm.text(" ")).isEmpty();
        assertThat(TextForm.text(42)).isEmpty();
        assertThat(TextForm.text(Map.of("a", "b"))).isEmpty();
        assertThat(TextForm.text(Path.of("a", "b"))).isEmpty();
        assertThat(TextForm.text(new int[] {1})).isEmpty();
        assertThat(TextForm.text(List.of(1, 2))).isEmpty();
        assertThat(TextForm.text(new ThrowingText())).isEmpty();
        assertThat(TextForm.text(new RuntimeException())).isEmpty();
    }

    @Test
    void aThrowableGivesTheMessagesOfItsWholeChain() {
        Exception cause = new IllegalStateException("exit code 1", new Exception("No conversation found"));
        cause.addSuppressed(new Exception("while closing"));
        Exception thrown = new RuntimeException("resume failed", cause);

        assertThat(TextForm.text(thrown)).contains("resume failed\nexit code 1\nNo conversation found\nwhile closing");
    }

    @Test
    void aChainThatGoesRoundIsReadOnce() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);
        one.addSuppressed(two);

        assertThat(TextForm.text(one)).contains("one\ntwo");
    }

    @Test
    void aMessageThatThrowsIsLeftOut() {
        Exception rude = new Exception(new Exception("the cause")) {
            @Override
            public String getMessage() {
                throw new IllegalStateException();
            }
        };

        assertThat(TextForm.text(rude)).contains("the cause");
    }

    @Test
    void linesAreGatheredFromCollectionsAndArrays() {
        Object lines = new Object[] {"one", Arrays.asList("two", null, 3, new Exception("four")), "five".toCharArray()};

        assertThat(TextForm.text(lines)).contains("one\ntwo\nfour\nfive");
    }

    @Test
    void aCollectionThatHoldsItselfIsReadOnce() {
        List<Object> lines = new ArrayList<>(List.of("one"));
        lines.add(lines);

        assertThat(TextForm.text(lines)).contains("one");
    }

    @Test
    void aCollectionThatThrowsGivesWhatItGaveBefore() {
        List<String> rude = new AbstractList<>() {
            @Override
            public String get(int index) {
                if (index == 1) {
                    throw new IllegalStateException();
                }
                return "one";
            }

            @Override
            public int size() {
                return 3;
            }
        };

        assertThat(TextForm.text(rude)).contains("one");
    }

    @Test
    void textIsBoundedHoweverItCame() {
        String big = "x".repeat(TextForm.MAX_TEXT_LENGTH + 1);

        assertThat(TextForm.text(big).orElseThrow()).hasSize(TextForm.MAX_TEXT_LENGTH);
        assertThat(TextForm.text(big.toCharArray()).orElseThrow()).hasSize(TextForm.MAX_TEXT_LENGTH);
        assertThat(TextForm.text(new Exception(big, new Exception("more"))).orElseThrow())
                .hasSize(TextForm.MAX_TEXT_LENGTH);
        assertThat(TextForm.text(endless("a line")).orElseThrow()).hasSizeLessThanOrEqualTo(TextForm.MAX_TEXT_LENGTH);
        assertThat(TextForm.text(endless(1))).isEmpty();
    }

    @Test
    void aDeepChainDoesNotOverflowTheStack() {
        Exception deep = new Exception("0");
        for (int i = 1; i < 100_000; i++) {
            deep = new Exception("" + i, deep);
        }

        assertThat(TextForm.text(deep).orElseThrow()).startsWith("99999\n99998\n");
    }

    private static List<Object> endless(Object element) {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return element;
            }

            @Override
            public int size() {
                return Integer.MAX_VALUE;
            }
        };
    }

    private static final class ThrowingText implements CharSequence {
        @Override
        public int length() {
            throw new IllegalStateException();
        }

        @Override
        public char charAt(int index) {
            throw new IllegalStateException();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new IllegalStateException();
        }

        @Override
        public String toString() {
            throw new IllegalStateException();
        }
    }
}
