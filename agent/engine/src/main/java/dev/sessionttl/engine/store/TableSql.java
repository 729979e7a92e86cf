package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements on the host's table. Identifiers come from the config and are quoted; values are always bound.
 *
 * <p>Every column is qualified with its table: SQLite takes a lone {@code "last_used_at"} that names no column for the
 * text {@code 'last_used_at'}, and a comparison with that would delete what it should not.
 *
 * <p>The columns of every SELECT are the session id, the last-used value, then the key columns.
 */
record TableSql(
        String findByKey,
        String findBySessionId,
        String findBySessionIdAndKey,
        String dropIfUntouched,
        String dropSession,
        String sweepPage,
        String countAndOldest,
        String columnNames) {

    static TableSql of(StoreConfig store) {
        String table = qualified(store.table());
        String sessionId = table + "." + quoted(store.sessionId());
        String lastUsedAt = table + "." + quoted(store.lastUsedAt());
        List<String> key =
                store.key().stream().map(column -> table + "." + quoted(column)).toList();

        String select = "SELECT " + sessionId + ", " + lastUsedAt + ", " + String.join(", ", key) + " FROM " + table;
        String drop = store.expire() == ExpireAction.CLEAR_SESSION_ID
                ? "UPDATE " + table + " SET " + quoted(store.sessionId()) + " = NULL"
                : "DELETE FROM " + table;
        String withId = " WHERE " + sessionId + " = ?";
        return new TableSql(
                select + " WHERE " + each(key, " = ?") + " AND " + sessionId + " IS NOT NULL",
                select + withId,
                select + withId + " AND " + each(key, " = ?"),
                drop + withId + " AND " + each(key, " IS ?") + " AND " + lastUsedAt + " IS ?",
                drop + withId + " AND " + each(key, " IS ?"),
                select + " WHERE " + sessionId + " IS NOT NULL AND (" + candidates(lastUsedAt) + ") LIMIT ? OFFSET ?",
                "SELECT count(*), min(" + lastUsedAt + ") FROM " + table + " WHERE " + sessionId + " IS NOT NULL",
                "SELECT * FROM " + table + " LIMIT 0");
    }

    /**
     * The rows that may be expired, in ranges that an index on the column serves: seconds, milliseconds, microseconds
     * and text, each from the earliest plausible moment to the cutoff. Which of them are is told row by row.
     */
    private static String candidates(String lastUsedAt) {
        return IntStream.range(0, 4)
                .mapToObj(range -> "(" + lastUsedAt + " >= ? AND " + lastUsedAt + " < ?)")
                .collect(Collectors.joining(" OR "));
    }

    private static String each(List<String> columns, String comparison) {
        return columns.stream().map(column -> column + comparison).collect(Collectors.joining(" AND "));
    }

    /** {@code schema.table} names two identifiers; a dot inside a name is not to be had. */
    private static String qualified(String name) {
        return List.of(name.split("\\.", -1)).stream().map(TableSql::quoted).collect(Collectors.joining("."));
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
