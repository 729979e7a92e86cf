package dev.sessionttl.engine.store;

import java.sql.SQLException;
import java.util.List;

/**
 * A sweep's way through the rows that may be expired; one thread at a time. A page that fails can be asked for again, and
 * through another connection than the last.
 */
interface Walk {
    /**
     * The next page, which may be empty before the end.
     *
     * @param stayed how many rows of the last page are still there
     */
    List<Candidate> next(TableConnection connection, int stayed) throws SQLException;

    /** Whether there is no next page. */
    boolean isOver();

    /** The statement that drops a row nobody has touched: its parameters are the id, the key, the last-used value, the place. */
    String dropIfUntouched(Candidate candidate);
}
