package dev.sessionttl.engine.expiry;

/** The table could not be read or written just now. The message is for people. */
public final class StoreException extends Exception {
    /** What can be done about it. */
    public enum Kind {
        /** Somebody else holds the lock; the same call may succeed later. */
        BUSY,
        /** There is no such file, table or column yet: a normal state (law 2). */
        ABSENT,
        /** It may be read but not written. */
        READ_ONLY,
        /** It is not to be done, for a reason that a person has to weigh; the message says what would be right. */
        REFUSED,
        /** This row cannot go, because a constraint or a trigger holds it; others may. */
        CONSTRAINT,
        /** Anything else: a full disk, a broken file. */
        FAILED
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
