package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import dev.sessionttl.engine.report.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rule for a value that is one of a few names. */
final class Choice<E extends Enum<E>> implements Rule<E> {
    private final E[] values;

    Choice(Class<E> type) {
        values = type.getEnumConstants();
    }

    /** How the config writes a constant: {@code EPOCH_MILLIS} is {@code epoch-millis}. */
    static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Optional<E> read(Entry entry) {
        if (entry.value() instanceof Text text) {
            for (E value : values) {
                if (nameOf(value).equals(text.value())) {
                    return Optional.of(value);
                }
            }
        }
        complain(entry);
        return Optional.empty();
    }

    private void complain(Entry entry) {
        List<String> names = new ArrayList<>();
        for (E value : values) {
            names.add(nameOf(value));
        }
        String known = "write one of " + String.join(", ", names);
        List<String> nearest =
                entry.value() instanceof Text text ? Nearest.to(text.value(), names, 1) : List.<String>of();
        entry.complain(
                entry.value().shown() + " is none of the names known here",
                nearest.isEmpty() ? known : known + " (did you mean " + nearest.get(0) + "?)");
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text.trim().toLowerCase(Locale.ROOT), Position.NONE);
    }
}
