package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.SessionRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Drops rows one by one, in one round trip. */
record RowDrops(Dialect dialect) {
    /**
     * @param drop its parameters are the id, the key, the last-used value and the place
     * @return those that are gone through us; the others have changed since they were seen
     */
    List<Candidate> untouched(PreparedStatement drop, List<Candidate> seen) throws SQLException {
        int[] counts;
        try {
            for (Candidate candidate : seen) {
                bind(drop, candidate);
                drop.addBatch();
            }
            counts = drop.executeBatch();
        } finally {
            // The SQLite driver of 2017 keeps the rows of a batch that failed, and would drop them with the next one's.
            drop.clearBatch();
        }
        List<Candidate> dropped = new ArrayList<>(seen.size());
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                dropped.add(seen.get(i));
            }
        }
        return dropped;
    }

    private void bind(PreparedStatement drop, Candidate candidate) throws SQLException {
        SessionRow row = candidate.row();
        int at = 1;
        drop.setObject(at++, dialect.bindable(row.sessionId()));
        for (Object value : row.key()) {
            drop.setObject(at++, dialect.bindable(value));
        }
        drop.setObject(at++, row.lastUsed().stored());
        for (Object value : candidate.place()) {
            drop.setObject(at++, value);
        }
    }
}
