package dev.sessionttl.engine.config;

/** What becomes of an expired row; in JSON in lower case, with hyphens: {@code delete-row}. */
public enum ExpireAction {
    DELETE_ROW,
    /** The id column is set to NULL and the row stays. */
    CLEAR_SESSION_ID
}
