package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Items;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rule for {@code processes.patterns}: a list of regular expressions, each with a group named {@code id}. */
final class CommandPatterns implements Rule<List<Pattern>> {
    private static final Rule<Pattern> REGEX = new Regex();

    @Override
    public Optional<List<Pattern>> read(Entry entry) {
        if (!(entry.value() instanceof Items list)) {
            entry.complain(entry.value().shown() + " is not a list", "write [ \"agent --session (?<id>\\\\S+)\" ]");
            return Optional.empty();
        }
        List<Pattern> patterns = new ArrayList<>(list.values().size());
        for (int i = 0; i < list.values().size(); i++) {
            Entry item = entry.item(list, i, "meanwhile it is left out");
            Optional<Pattern> pattern = REGEX.read(item);
            if (pattern.isPresent() && !pattern.get().pattern().contains("(?<id>")) {
                item.complain(
                        item.value().shown() + " has no group named id",
                        "write (?<id>\\\\S+) where the session's id stands");
            } else if (pattern.isPresent()) {
                patterns.add(pattern.get());
            }
        }
        return Optional.of(patterns);
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
