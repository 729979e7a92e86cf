package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;

/** Why no row of a table may be dropped, in words that say what would be right. */
final class Obstacles {
    private Obstacles() {}

    static String view(StoreConfig store) {
        return store.table()
                + " is a view, and nothing can be deleted from it; name the table behind it as store.table";
    }

    /** @param whatItIs what keeps the column from being NULL */
    static String notClearable(StoreConfig store, String whatItIs) {
        return store.table() + "." + store.sessionId() + " is " + whatItIs
                + " and cannot be cleared; set store.expire to" + " \"delete-row\", or let the column be NULL";
    }

    static String cascade(StoreConfig store, String other) {
        return store.expire() == ExpireAction.DELETE_ROW
                ? "deleting from " + store.table() + " would delete or change rows of " + other
                        + " with it; set store.expire to \"clear-session-id\", or store.cascade to true if that is meant"
                : "clearing " + store.table() + "." + store.sessionId() + " would change rows of " + other
                        + " with it; set store.cascade to true if that is meant";
    }

    /** Where an SQLite table is said to lie in another schema than the file's own. */
    static String notInTheFile(StoreConfig store) {
        return "no such table: " + store.table()
                + ", for what the host attaches, or makes in temp, is visible to its own"
                + " connections alone; name the attached file as store.url and " + TableSql.lastOf(store.table())
                + " as store.table";
    }
}
