package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.Optional;

/** The rule for a store that is none: the word instead of an object. */
final class NoStore implements Rule<Boolean> {
    private static final String WORD = "none";

    static boolean isMeant(JsonNode value) {
        return value instanceof Text text && text.value().equals(WORD);
    }

    @Override
    public Optional<Boolean> read(Entry entry) {
        if (isMeant(entry.value())) {
            return Optional.of(true);
        }
        entry.complain(
                entry.value().shown() + " is not \"none\"",
                "write none where the ids lie in no table, or set the entries of one, such as store.url");
        return Optional.empty();
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text.trim(), Position.NONE);
    }
}
