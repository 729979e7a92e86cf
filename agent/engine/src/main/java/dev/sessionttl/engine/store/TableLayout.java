package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The host's table as a connection found it.
 *
 * @param rangesBefore the bounds, from and below, of each range of the last-used column in which the moments before one lie
 *     (ms since 1970 UTC); empty where there is no such column
 * @param walks how a sweep comes upon its rows
 */
record TableLayout(TableSql sql, LongFunction<List<Object>> rangesBefore, Walks walks) {
    /** Begins walks. */
    @FunctionalInterface
    interface Walks {
        /**
         * A sweep's way through the rows that may mean a moment before the cutoff (ms since 1970 UTC).
         *
         * @param page when it is enough for a page
         */
        Walk begin(TableConnection connection, long cutoffMillis, Walk.Page page) throws SQLException, StoreException;
    }
}
