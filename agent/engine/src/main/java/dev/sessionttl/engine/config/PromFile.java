package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The rule for a file that node_exporter's textfile collector is to read. */
final class PromFile implements Rule<Path> {
    private static final String RIGHT =
            "write the path of a file that ends in .prom, in a folder that node_exporter reads";

    private final Rules.OfText path = new Rules.OfText("the path of a file that ends in .prom");

    @Override
    public Optional<Path> read(Entry entry) {
        Optional<String> text = path.read(entry);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().endsWith(".prom")) {
            entry.complain(entry.value().shown() + " does not end in .prom, and its collector reads no other", RIGHT);
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(text.get()));
        } catch (InvalidPathException impossible) {
            entry.complain("it is no path: " + impossible.getReason(), RIGHT);
            return Optional.empty();
        }
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
