package dev.sessionttl.engine.store;

import org.jspecify.annotations.Nullable;

/** What of a host's key value SQLite can compare. */
final class SqliteValues {
    private SqliteValues() {}

    /** Numbers, text, bytes and null as they are; a UUID, an enum or any other type by its text. */
    static @Nullable Object bindable(@Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Long
                || value instanceof Integer
                || value instanceof Double
                || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return value.toString();
    }
}
