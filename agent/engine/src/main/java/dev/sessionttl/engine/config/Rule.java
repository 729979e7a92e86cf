package dev.sessionttl.engine.config;

import java.util.Optional;

/** What one kind of value has to look like. The same rule judges the file, the environment and the properties. */
interface Rule<T> {
    /** The value, or nothing after having complained of it. */
    Optional<T> read(Entry entry);

    /** The JSON that somebody meant who could only write text, as in an environment variable. */
    JsonNode lift(String text);
}
