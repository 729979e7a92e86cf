package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import java.util.stream.Collectors;

/**
 * The statements of a {@link PostgresWalk}. Their columns are the session id, the last-used value, the key and the place
 * ({@code ctid}), all as text.
 *
 * @param aFew candidates, at most so many
 * @param blocks how many the table has, or its largest partition
 * @param window the candidates between two places
 * @param drop drops those of many rows that nobody has touched or locked, and gives their keys; its parameters are arrays:
 *     the ids, the last-used values, each column of the key, the places
 */
record PostgresWalkSql(String aFew, String blocks, String window, String drop) {
    static PostgresWalkSql of(StoreConfig store, PostgresRanges ranges) {
        Names names = Names.of(store);
        String ctid = names.alias() + ".ctid";
        String key = names.key().stream().map(column -> column + "::text").collect(Collectors.joining(", "));
        String values = names.sessionId() + "::text, " + names.lastUsedAt() + "::text, " + key;
        String candidates = "SELECT " + values + ", " + ctid + "::text FROM " + names.table() + " WHERE "
                + names.sessionId() + " IS NOT NULL AND ("
                + TableSql.candidates(names.lastUsedAt() + ranges.cast, ranges.number) + ")";
        String table = "'" + names.table().replace("'", "''") + "'::regclass";
        return new PostgresWalkSql(
                candidates + " LIMIT ?",
                "SELECT greatest(pg_relation_size(" + table
                        + "), (SELECT max(pg_relation_size(relid)) FROM pg_partition_tree(" + table
                        + "))) / current_setting('block_size')::bigint",
                candidates + " AND " + ctid + " >= ?::tid AND " + ctid + " < ?::tid",
                drop(names, ctid, values, key));
    }

    /** One statement: its rows are locked while the server works, and not while it waits for a client. */
    private static String drop(Names names, String ctid, String values, String key) {
        // As one text, in which nulls are told as well. IS TRUE keeps the planner from making a nested loop of it.
        String isAsSeen = "(ROW(" + values + ")::text IN (SELECT seen::text FROM seen)) IS TRUE";
        return "WITH seen AS (SELECT * FROM unnest(?::text[], ?::text[]"
                + ", ?::text[]".repeat(names.key().size()) + ")) " + names.drop() + " WHERE " + ctid
                + " = ANY(ARRAY(SELECT " + ctid + " FROM " + names.table() + " WHERE " + ctid + " = ANY(?::tid[]) AND "
                // Once more outside: of a partitioned table each partition has such a place.
                + isAsSeen + " FOR UPDATE SKIP LOCKED)) AND " + isAsSeen + " RETURNING " + key;
    }
}
