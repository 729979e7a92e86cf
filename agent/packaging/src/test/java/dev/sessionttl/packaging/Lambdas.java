package dev.sessionttl.packaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Every kind of lambda and of method reference, and what comes of them. */
final class Lambdas implements Callable<List<String>>, Greeting {
    private final String name = "it";

    @Override
    public List<String> call() throws Exception {
        List<String> seen = new ArrayList<>();
        captured(seen, "a", 1, 2L, 3.5, 'c', true, new int[] {7});
        references(seen);
        conversions(seen);
        interfaces(seen);
        identities(seen);
        seen.add(new Inner().hidden("deep"));
        seen.add(greet());
        return seen;
    }

    private void captured(
            List<String> seen,
            String text,
            int number,
            long large,
            double real,
            char letter,
            boolean yes,
            int[] numbers) {
        Supplier<String> all = () -> name + text + number + large + real + letter + yes + numbers[0];
        seen.add(all.get());
        Supplier<Supplier<String>> nested = () -> () -> text + large;
        seen.add(nested.get().get());
        Runnable nothing = () -> seen.add("ran");
        nothing.run();
    }

    private void references(List<String> seen) throws Exception {
        Function<String, Integer> ofAnyInstance = String::length;
        seen.add("" + ofAnyInstance.apply("four"));
        Supplier<String> ofThis = this::secret;
        seen.add(ofThis.get());
        Supplier<String> ofAbove = super::toString;
        seen.add("" + ofAbove.get().contains("Lambdas"));
        Function<Object, String> ofStatic = String::valueOf;
        seen.add(ofStatic.apply(5));
        Supplier<List<String>> ofConstructor = ArrayList::new;
        seen.add("" + ofConstructor.get());
        Function<String, Hidden> ofPrivateConstructor = Hidden::new;
        seen.add(ofPrivateConstructor.apply("kept").text);
        IntFunction<String[]> ofArray = String[]::new;
        seen.add("" + ofArray.apply(3).length);
        Function<List<String>, Object> ofInterface = List::size;
        seen.add("" + ofInterface.apply(List.of("x")));
        BiFunction<Lambdas, String, String> ofItself = Lambdas::secretly;
        seen.add(ofItself.apply(this, "!"));
    }

    private void conversions(List<String> seen) {
        IntSupplier unboxed = () -> Integer.valueOf(4);
        LongSupplier widened = Integer.valueOf(5)::intValue;
        DoubleSupplier unboxedAndWidened = Long.valueOf(6)::longValue;
        IntToDoubleFunction ofFloat = Float::intBitsToFloat;
        ToLongFunction<Integer> argument = Long::valueOf;
        Function<Character, Integer> letter = Character::getNumericValue;
        Supplier<Object> boxed = "text"::length;
        BiFunction<Byte, Short, Integer> added = Lambdas::added;
        Comparator<String> byLength = Comparator.comparing(String::length);
        ToLongFunction<Map.Entry<String, Integer>> variable = Map.Entry::getValue;
        Runnable dropped = Lambdas::wide;
        dropped.run();
        seen.add("" + unboxed.getAsInt() + widened.getAsLong() + unboxedAndWidened.getAsDouble());
        seen.add("" + ofFloat.applyAsDouble(1) + argument.applyAsLong(7) + letter.apply('8') + boxed.get());
        seen.add("" + added.apply((byte) 1, (short) 2) + byLength.compare("a", "bb"));
        seen.add("" + variable.applyAsLong(Map.entry("nine", 9)));
    }

    private static void interfaces(List<String> seen) throws Exception {
        Marked marked = (Marked & Tagged) () -> "marked";
        seen.add(marked.call() + (marked instanceof Tagged));
        Narrowed narrowed = text -> text + "!";
        seen.add(((Function<String, String>) narrowed).apply("narrowed") + ((Text) narrowed).apply("bridged"));
        Supplier<String> kept = (Supplier<String> & Serializable) () -> "serializable";
        seen.add(kept.get() + (kept instanceof Serializable));
    }

    /** One that captures nothing is the same each time that it is evaluated. */
    private static void identities(List<String> seen) {
        List<Runnable> made = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            made.add(() -> {});
        }
        seen.add("" + (made.get(0) == made.get(1)));
    }

    private String secret() {
        return "secret";
    }

    private String secretly(String end) {
        return secret() + end;
    }

    private static int added(int one, int other) {
        return one + other;
    }

    private static long wide() {
        return 1L;
    }

    @Override
    public String name() {
        return name;
    }

    /** In a nest of another class. */
    private final class Inner {
        String hidden(String text) {
            Supplier<String> all = () -> secret() + name + text;
            return all.get();
        }
    }

    private static final class Hidden {
        private final String text;

        private Hidden(String text) {
            this.text = text;
        }
    }

    /** Can do without the interface as long as nobody calls it. */
    static final class Tolerant {
        static void with(Missing missing) {
            missing.call();
        }

        static void call() {
            with(() -> {});
            with(new Object()::notify);
        }
    }

    private interface Missing {
        void call();
    }

    private interface Marked extends Callable<String> {}

    private interface Tagged {}

    private interface Text {
        String apply(String text);
    }

    /** Whose method has a bridge: as erased, it is two. */
    private interface Narrowed extends Function<String, String>, Text {}
}
