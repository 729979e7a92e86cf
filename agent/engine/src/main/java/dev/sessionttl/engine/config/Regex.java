package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The rule for a regular expression. */
final class Regex implements Rule<Pattern> {
    private static final Rule<String> TEXT = new Rules.OfText("a regular expression");

    @Override
    public Optional<Pattern> read(Entry entry) {
        Optional<String> regex = TEXT.read(entry);
        if (regex.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(regex.get()));
        } catch (PatternSyntaxException invalid) {
            entry.complain(
                    entry.value().shown() + " is not a regular expression: " + invalid.getDescription() + " near index "
                            + invalid.getIndex(),
                    "write one as java.util.regex.Pattern has it, with every backslash doubled");
        }
        return Optional.empty();
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
