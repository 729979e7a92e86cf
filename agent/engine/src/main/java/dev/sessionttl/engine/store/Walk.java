package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import java.sql.SQLException;
import java.util.List;

/**
 * A sweep's way through the rows that may be expired; one thread at a time. A page that fails can be asked for again, and
 * through another connection than the last.
 */
interface Walk {
    /** The next page, which may be empty before the end. */
    List<Candidate> next(TableConnection connection) throws SQLException;

    /**
     * When it is enough for a page, if a walk can choose.
     *
     * @param nanos how long it may take to read
     */
    record Page(int rows, long nanos) {}

    /** Whether there is no next page. */
    boolean isOver();

    /**
     * Drops those of these rows that nobody has touched since they were seen and that nobody else has locked; where one of
     * them cannot go for what it is, none does.
     */
    List<Candidate> dropUntouched(TableConnection connection, List<Candidate> seen) throws SQLException, StoreException;
}
