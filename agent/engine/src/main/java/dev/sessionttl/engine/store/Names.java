package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import java.util.List;

/**
 * The host's table and its columns as statements name them. Identifiers come from the config and are quoted.
 *
 * <p>Every column is qualified with its table: SQLite takes a lone {@code "last_used_at"} that names no column for the
 * text {@code 'last_used_at'}, and a comparison with that would delete what it should not.
 *
 * @param alias the table's name without its schema, which qualifies its columns
 * @param drop how a statement begins that drops rows, up to its WHERE
 */
record Names(String table, String alias, String sessionId, String lastUsedAt, List<String> key, String drop) {
    static Names of(StoreConfig store) {
        String table = TableSql.qualified(store.table());
        String alias = TableSql.quoted(TableSql.lastOf(store.table()));
        return new Names(
                table,
                alias,
                alias + "." + TableSql.quoted(store.sessionId()),
                // Nothing is read from a column, and nothing compared with one.
                store.isObserved() ? "NULL" : alias + "." + TableSql.quoted(store.lastUsedAt()),
                store.key().stream()
                        .map(column -> alias + "." + TableSql.quoted(column))
                        .toList(),
                store.expire() == ExpireAction.CLEAR_SESSION_ID
                        ? "UPDATE " + table + " SET " + TableSql.quoted(store.sessionId()) + " = NULL"
                        : "DELETE FROM " + table);
    }
}
