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
        return each(select, this::session);
    }

    List<Candidate> candidates(PreparedStatement select, int placeColumns) throws SQLException {
        return each(
                select,
                (result, sessionId) ->
                        new Candidate(session(result, sessionId), values(result, 3 + keyColumns, placeColumns)));
    }

    /** Rows without a session id are none. */
    private static <T> List<T> each(PreparedStatement select, Read<T> read) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            List<T> found = new ArrayList<>(1);
            while (result.next()) {
                String sessionId = result.getString(1);
                if (sessionId != null) {
                    found.add(read.from(result, sessionId));
                }
            }
            return found;
        }
    }

    private SessionRow session(ResultSet result, String sessionId) throws SQLException {
        List<@Nullable Object> key = values(result, 3, keyColumns);
        return new SessionRow(key, sessionId, ages.of(sessionId, result.getObject(2)));
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

    @FunctionalInterface
    private interface Read<T> {
        T from(ResultSet result, String sessionId) throws SQLException;
    }
}
