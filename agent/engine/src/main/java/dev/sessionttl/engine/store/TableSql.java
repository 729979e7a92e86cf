package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the host's table; values are always bound. The columns of every SELECT are the session id, the last-used
 * value, then the key columns.
 */
record TableSql(
        String findByKey,
        String findBySessionId,
        String findBySessionIdAndKey,
        Drop drop,
        Drop dropWithNullInKey,
        String countAndOldest) {

    /** Drops the row of a session id and a key: if it was last used when it was seen to be, or however it was touched. */
    record Drop(String ifUntouched, String session) {}

    /** The statements that drop the row of a key. PostgreSQL has no index for a comparison that takes nulls for equal. */
    Drop dropOf(List<? extends @Nullable Object> key) {
        return key.contains(null) ? dropWithNullInKey : drop;
    }

    /** In what the dialects' statements differ. */
    enum Flavour {
        /** Values come and go as they are stored. */
        SQLITE("", "IS"),
        /** Values come and go as text, which PostgreSQL gives and takes without loss for every type. */
        POSTGRESQL("::text", "IS NOT DISTINCT FROM");

        private final String cast;
        private final String isSame;

        Flavour(String cast, String isSame) {
            this.cast = cast;
            this.isSame = isSame;
        }

        private String shown(String column) {
            return column + cast;
        }
    }

    /**
     * @param ranges how many ranges of the last-used column hold moments, each of one unit
     * @param rangeCast what makes the column comparable with their bounds
     */
    static TableSql of(StoreConfig store, Flavour flavour, int ranges, String rangeCast) {
        Names names = Names.of(store);
        String table = names.table();
        String sessionId = names.sessionId();
        String lastUsedAt = names.lastUsedAt();
        List<String> key = names.key();
        String drop = names.drop();

        String select = "SELECT " + flavour.shown(sessionId) + ", " + flavour.shown(lastUsedAt) + ", "
                + key.stream().map(flavour::shown).collect(Collectors.joining(", ")) + " FROM " + table;
        String withId = " WHERE " + sessionId + " = ?";
        String sameKey = each(key, " = ?");
        String sameKeyOrNull = key.stream()
                .map(column -> flavour.shown(column) + " " + flavour.isSame + " ?")
                .collect(Collectors.joining(" AND "));
        String sameLastUse = " AND " + flavour.shown(lastUsedAt) + " " + flavour.isSame + " ?";
        // Of seconds beside milliseconds the least number is no earliest moment.
        String oldest = ", "
                + flavour.shown(
                        "min(CASE WHEN " + candidates(lastUsedAt + rangeCast, 1) + " THEN " + lastUsedAt + " END)");
        String dropByKey = drop + withId + " AND " + sameKey;
        String dropByKeyOrNull = drop + withId + " AND " + sameKeyOrNull;
        return new TableSql(
                select + " WHERE " + sameKey + " AND " + sessionId + " IS NOT NULL",
                select + withId,
                select + withId + " AND " + sameKey,
                new Drop(dropByKey + sameLastUse, dropByKey),
                new Drop(dropByKeyOrNull + sameLastUse, dropByKeyOrNull),
                "SELECT count(*)" + oldest.repeat(ranges) + " FROM " + table + " WHERE " + sessionId + " IS NOT NULL");
    }

    /**
     * The rows that may be expired, in ranges that an index on the column serves. Which of them are is told row by row.
     * Without a range all of them are.
     */
    static String candidates(String lastUsedAt, int ranges) {
        return ranges == 0
                ? "1 = 1"
                : String.join(
                        " OR ", Collections.nCopies(ranges, "(" + lastUsedAt + " >= ? AND " + lastUsedAt + " < ?)"));
    }

    static String each(List<String> columns, String comparison) {
        return columns.stream().map(column -> column + comparison).collect(Collectors.joining(" AND "));
    }

    /** {@code schema.table} names two identifiers; a dot inside a name is not to be had. */
    static String qualified(String name) {
        return List.of(name.split("\\.", -1)).stream().map(TableSql::quoted).collect(Collectors.joining("."));
    }

    /** The name of the table itself. */
    static String lastOf(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
