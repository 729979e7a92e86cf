package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.util.Optional;

/** The rule for a password: the config file is no place for one, and no complaint quotes it. */
final class Password implements Rule<String> {
    /** Where passwords belong, as remedies say it. */
    static final String RIGHT =
            "put the password into the environment (SESSION_TTL_STORE_PASSWORD), or into a file that"
                    + " store.passwordFile names";

    @Override
    public Optional<String> read(Entry entry) {
        if (entry.value().at().isInFile()) {
            entry.complain(
                    "a config file is copied and shared, and no place for a password",
                    Password.RIGHT,
                    "meanwhile it is not used");
            return Optional.empty();
        }
        if (!(entry.value() instanceof Text text) || text.value().isEmpty()) {
            entry.complain("it is empty", "set the password, or remove it");
            return Optional.empty();
        }
        return Optional.of(text.value());
    }

    @Override
    public JsonNode lift(String text) {
        return new Text(text, Position.NONE);
    }
}
