package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.SessionRow;
import java.util.List;

/**
 * A row that a sweep came upon.
 *
 * @param place where it lies, as its {@link Walk} tells one row from another; empty where rows are told by their key
 */
record Candidate(SessionRow row, List<Object> place) {
    static Candidate byKey(SessionRow row) {
        return new Candidate(row, List.of());
    }
}
