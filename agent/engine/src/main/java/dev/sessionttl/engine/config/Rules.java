package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Flag;
import dev.sessionttl.engine.config.JsonNode.Items;
import dev.sessionttl.engine.config.JsonNode.Numeral;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules for plain values: flags, numbers, texts and lists of texts. */
final class Rules {
    private Rules() {}

    /** {@code true} or {@code false}. */
    static final class OfFlag implements Rule<Boolean> {
        @Override
        public Optional<Boolean> read(Entry entry) {
            if (entry.value() instanceof Flag flag) {
                return Optional.of(flag.value());
            }
            if (entry.value() instanceof Text text && lift(text.value()) instanceof Flag) {
                entry.complain(text.shown() + " is a text", "remove the quotes");
            } else {
                entry.complain(entry.value().shown() + " is not a yes or no", "write true or false");
            }
            return Optional.empty();
        }

        @Override
        public JsonNode lift(String text) {
            String word = text.trim();
            boolean yes = word.equalsIgnoreCase("true");
            return yes || word.equalsIgnoreCase("false") ? new Flag(yes, Position.NONE) : new Text(text, Position.NONE);
        }
    }

    /** A whole number within bounds, both included; {@code wanted} says so to people. */
    record OfWholeNumber(long min, long max, String wanted) implements Rule<Long> {
        @Override
        public Optional<Long> read(Entry entry) {
            Optional<Numeral> numeral = numeral(entry, wanted);
            if (numeral.isEmpty()) {
                return Optional.empty();
            }
            try {
                // 8.64e7 is as whole as 86400000; JSON Schema says so too.
                long number = new BigDecimal(numeral.get().literal()).longValueExact();
                if (number >= min && number <= max) {
                    return Optional.of(number);
                }
            } catch (ArithmeticException | NumberFormatException notWholeOrTooLarge) {
                // Said below, in the same words as for any other number that does not fit.
            }
            entry.complain(numeral.get().shown() + " does not fit", "write " + wanted);
            return Optional.empty();
        }

        @Override
        public JsonNode lift(String text) {
            return liftedNumber(text);
        }
    }

    /** A number above 0 and up to 1; {@code wanted} says so to people. */
    record OfFraction(String wanted) implements Rule<Double> {
        @Override
        public Optional<Double> read(Entry entry) {
            Optional<Numeral> numeral = numeral(entry, wanted);
            if (numeral.isEmpty()) {
                return Optional.empty();
            }
            try {
                BigDecimal number = new BigDecimal(numeral.get().literal());
                if (number.compareTo(BigDecimal.ONE) <= 0 && number.doubleValue() > 0) {
                    return Optional.of(number.doubleValue());
                }
            } catch (NumberFormatException tooLarge) {
                // Said below, in the same words as for any other number that does not fit.
            }
            entry.complain(numeral.get().shown() + " does not fit", "write " + wanted);
            return Optional.empty();
        }

        @Override
        public JsonNode lift(String text) {
            return liftedNumber(text);
        }
    }

    /** A text with something in it; {@code wanted} says to people what it names. */
    record OfText(String wanted) implements Rule<String> {
        @Override
        public Optional<String> read(Entry entry) {
            if (!(entry.value() instanceof Text text)) {
                entry.complain(entry.value().shown() + " is not a text", "write " + wanted + ", in quotes");
                return Optional.empty();
            }
            if (text.value().isBlank()) {
                entry.complain(text.shown() + " is empty", "write " + wanted);
                return Optional.empty();
            }
            return Optional.of(text.value());
        }

        @Override
        public JsonNode lift(String text) {
            return new Text(text, Position.NONE);
        }
    }

    /** One text or a list of them, at least one; outside of JSON with commas between. */
    record OfTexts(String wanted, boolean distinct) implements Rule<List<String>> {
        @Override
        public Optional<List<String>> read(Entry entry) {
            OfText each = new OfText(wanted);
            if (entry.value() instanceof Text) {
                Optional<String> only = each.read(entry);
                return only.isPresent() ? Optional.of(List.of(only.get())) : Optional.empty();
            }
            if (!(entry.value() instanceof Items list) || list.values().isEmpty()) {
                String found = entry.value().shown();
                entry.complain(
                        found.equals("[]") ? "the list is empty" : found + " is neither a text nor a list of texts",
                        "write " + wanted + ", in quotes, or a list of them");
                return Optional.empty();
            }
            List<String> texts = new ArrayList<>(list.values().size());
            for (int i = 0; i < list.values().size(); i++) {
                Entry item = entry.item(list, i);
                Optional<String> text = each.read(item);
                if (text.isPresent() && distinct && texts.contains(text.get())) {
                    item.complain(item.value().shown() + " is named twice", "name each once");
                } else if (text.isPresent()) {
                    texts.add(text.get());
                }
            }
            return texts.size() == list.values().size() ? Optional.of(texts) : Optional.empty();
        }

        @Override
        public JsonNode lift(String text) {
            List<JsonNode> values = new ArrayList<>();
            int start = 0;
            for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
                values.add(new Text(text.substring(start, comma).trim(), Position.NONE));
                start = comma + 1;
            }
            Text last = new Text(text.substring(start).trim(), Position.NONE);
            if (values.isEmpty()) {
                return last;
            }
            values.add(last);
            return new Items(values, Position.NONE);
        }
    }

    /** The number that the entry is; nothing after having complained that it is none. */
    private static Optional<Numeral> numeral(Entry entry, String wanted) {
        if (entry.value() instanceof Numeral numeral) {
            return Optional.of(numeral);
        }
        boolean quoted = entry.value() instanceof Text text && liftedNumber(text.value()) instanceof Numeral;
        entry.complain(
                entry.value().shown() + (quoted ? " is a text" : " is not a number"),
                quoted ? "remove the quotes: " + wanted : "write " + wanted);
        return Optional.empty();
    }

    private static JsonNode liftedNumber(String text) {
        try {
            return new Numeral(new BigDecimal(text.trim()).toString(), Position.NONE);
        } catch (NumberFormatException notNumeric) {
            return new Text(text, Position.NONE);
        }
    }
}
