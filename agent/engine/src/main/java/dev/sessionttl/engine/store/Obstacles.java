package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;

/** Why no row of a table may be dropped, in words that say what would be right. */
final class Obstacles {
    private Obstacles() {}

    static String view(StoreConfig store) {
        return store.table()
                + " is a view, and nothing can be deleted from it; name the table behind it as store.table";
    }

    static String notNull(StoreConfig store) {
        return store.table() + "." + store.sessionId() + " is NOT NULL and cannot be cleared; set store.expire to"
                + " \"delete-row\", or let the column be NULL";
    }

    static String cascade(StoreConfig store, String other) {
        return "deleting from " + store.table() + " would delete or change rows of " + other
                + " with it; set store.expire to \"clear-session-id\", or store.cascade to true if that is meant";
    }
}
