package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the host's table. Identifiers come from the config and are quoted; values are always bound.
 *
 * <p>Every column is qualified with its table: SQLite takes a lone {@code "last_used_at"} that names no column for the
 * text {@code 'last_used_at'}, and a comparison with that would delete what it should not.
 *
 * <p>The columns of every SELECT are the session id, the last-used value, then the key columns.
 *
 * @param dropUnlocked drops those of many rows that nobody has touched or locked, and gives their keys; PostgreSQL's alone
 */
record TableSql(
        String findByKey,
        String findBySessionId,
        String findBySessionIdAndKey,
        Drop drop,
        Drop dropWithNullInKey,
        String dropUnlocked,
        String sweepPage,
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
     * @param candidateRanges how many ranges of the last-used column hold what may be expired
     * @param cast what makes the last-used column comparable with their bounds; else empty, so that an index serves
     */
    static TableSql of(StoreConfig store, Flavour flavour, int candidateRanges, String cast) {
        String table = qualified(store.table());
        String alias = quoted(lastOf(store.table()));
        String sessionId = alias + "." + quoted(store.sessionId());
        String lastUsedAt = alias + "." + quoted(store.lastUsedAt());
        List<String> key =
                store.key().stream().map(column -> alias + "." + quoted(column)).toList();

        String select = "SELECT " + flavour.shown(sessionId) + ", " + flavour.shown(lastUsedAt) + ", "
                + key.stream().map(flavour::shown).collect(Collectors.joining(", ")) + " FROM " + table;
        String drop = store.expire() == ExpireAction.CLEAR_SESSION_ID
                ? "UPDATE " + table + " SET " + quoted(store.sessionId()) + " = NULL"
                : "DELETE FROM " + table;
        String withId = " WHERE " + sessionId + " = ?";
        String sameKey = each(key, " = ?");
        String sameKeyOrNull = key.stream()
                .map(column -> flavour.shown(column) + " " + flavour.isSame + " ?")
                .collect(Collectors.joining(" AND "));
        String sameLastUse = " AND " + flavour.shown(lastUsedAt) + " " + flavour.isSame + " ?";
        String dropByKey = drop + withId + " AND " + sameKey;
        String dropByKeyOrNull = drop + withId + " AND " + sameKeyOrNull;
        return new TableSql(
                select + " WHERE " + sameKey + " AND " + sessionId + " IS NOT NULL",
                select + withId,
                select + withId + " AND " + sameKey,
                new Drop(dropByKey + sameLastUse, dropByKey),
                new Drop(dropByKeyOrNull + sameLastUse, dropByKeyOrNull),
                dropUnlocked(drop, table, alias, sessionId, lastUsedAt, key),
                select + " WHERE " + sessionId + " IS NOT NULL AND (" + candidates(lastUsedAt + cast, candidateRanges)
                        + ") LIMIT ? OFFSET ?",
                "SELECT count(*), " + flavour.shown("min(" + lastUsedAt + ")") + " FROM " + table + " WHERE "
                        + sessionId + " IS NOT NULL");
    }

    /**
     * One statement, so that its rows are locked while the server works and not while a client is waited for. Its values
     * are arrays: the ids, the last-used values and each column of the keys as text, then the ids and the keys again, as
     * of the columns' types, by which an index finds the rows.
     */
    private static String dropUnlocked(
            String drop, String table, String alias, String sessionId, String lastUsedAt, List<String> key) {
        String shownKey = key.stream().map(column -> column + "::text").collect(Collectors.joining(", "));
        // IS TRUE keeps the planner from making a join of it, and that one a nested loop.
        String isAsSeen = "((" + sessionId + "::text, " + lastUsedAt + "::text, " + shownKey
                + ") IN (SELECT * FROM seen)) IS TRUE";
        return "WITH seen AS (SELECT * FROM unnest(?::text[], ?::text[]" + ", ?::text[]".repeat(key.size()) + ")) "
                + drop + " WHERE " + alias + ".ctid = ANY(ARRAY(SELECT " + alias + ".ctid FROM " + table + " WHERE "
                + sessionId + " = ANY(?) AND " + each(key, " = ANY(?)") + " AND " + isAsSeen
                // A ctid is a place in one partition only.
                + " FOR UPDATE SKIP LOCKED)) AND " + isAsSeen + " RETURNING " + shownKey;
    }

    /**
     * The rows that may be expired, in ranges that an index on the column serves. Which of them are is told row by row.
     */
    private static String candidates(String lastUsedAt, int ranges) {
        return IntStream.range(0, ranges)
                .mapToObj(range -> "(" + lastUsedAt + " >= ? AND " + lastUsedAt + " < ?)")
                .collect(Collectors.joining(" OR "));
    }

    private static String each(List<String> columns, String comparison) {
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
