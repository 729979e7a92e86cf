package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.sql.SQLException;

/** Says in our words what an SQLException of any SQLite driver means. */
final class SqliteErrors {
    private static final int ERROR = 1;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    static final int INTERRUPTED = 9;
    private static final int CANNOT_OPEN = 14;
    private static final int CONSTRAINT = 19;

    private SqliteErrors() {}

    static StoreException translated(SQLException failure) {
        return new StoreException(kindOf(failure), Log.inWords(failure), failure);
    }

    /** A constraint, or an error in a trigger's own words. */
    static boolean isTheRowsOwn(SQLException failureToDrop) {
        return kindOf(failureToDrop) == Kind.CONSTRAINT
                || (kindOf(failureToDrop) == Kind.FAILED && (failureToDrop.getErrorCode() & 0xff) == ERROR);
    }

    private static Kind kindOf(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        // The low byte is the primary result code, whatever extended code the driver reports.
        return switch (failure.getErrorCode() & 0xff) {
            case BUSY, LOCKED -> Kind.BUSY;
            case CONSTRAINT -> Kind.CONSTRAINT;
            case READ_ONLY -> Kind.READ_ONLY;
            case CANNOT_OPEN -> Kind.ABSENT;
            case ERROR ->
                message.contains("no such table") || message.contains("no such column") ? Kind.ABSENT : Kind.FAILED;
            default -> Kind.FAILED;
        };
    }
}
