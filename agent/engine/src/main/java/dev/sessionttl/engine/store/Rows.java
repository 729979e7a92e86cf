package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.SessionRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the statements of {@link TableSql} select: the session id, the last-used value, the key, and what may follow. */
record Rows(int keyColumns, Ages ages) {
    List<SessionRow> sessions(PreparedStatement select) throws SQLException {
        return candidates(select, 0).stream().map(Candidate::row).toList();
    }

    /** Rows without a session id are none. */
    List<Candidate> candidates(PreparedStatement select, int placeColumns) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            List<Candidate> candidates = new ArrayList<>(1);
            while (result.next()) {
                String sessionId = result.getString(1);
                if (sessionId != null) {
                    List<@Nullable Object> key = values(result, 3, keyColumns);
                    SessionRow row = new SessionRow(key, sessionId, ages.of(sessionId, result.getObject(2)));
                    candidates.add(new Candidate(row, values(result, 3 + keyColumns, placeColumns)));
                }
            }
            return candidates;
        }
    }

    static <T extends @Nullable Object> List<T> values(ResultSet result, int from, int columns) throws SQLException {
        List<T> values = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            @SuppressWarnings("unchecked") // Object, or Object that may be null
            T value = (T) result.getObject(from + i);
            values.add(value);
        }
        return values;
    }
}
