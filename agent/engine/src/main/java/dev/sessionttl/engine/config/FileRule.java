package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The rule for a file that the agent is to write.
 *
 * @param suffix what its name has to end in; may be empty
 * @param because why
 * @param right what would be right, after "write"
 */
record FileRule(String suffix, String because, String right) implements Rule<Path> {
    static final FileRule PROMETHEUS = new FileRule(
            ".prom",
            "its collector reads no other",
            "the path of a file that ends in .prom, in a folder that node_exporter reads");

    static final FileRule AUDIT = new FileRule("", "", "the path of a file, in a folder that is there already");

    @Override
    public Optional<Path> read(Entry entry) {
        Optional<String> text = new Rules.OfText(right).read(entry);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().endsWith(suffix)) {
            entry.complain(entry.value().shown() + " does not end in " + suffix + ", and " + because, "write " + right);
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(text.get()));
        } catch (InvalidPathException impossible) {
            entry.complain("it is no path: " + impossible.getReason(), "write " + right);
            return Optional.empty();
        }
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
