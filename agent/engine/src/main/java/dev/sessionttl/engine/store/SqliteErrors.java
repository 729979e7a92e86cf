package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Log;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Says in our words what an SQLException of any SQLite driver means. */
final class SqliteErrors {
    static final int ERROR = 1;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    static final int INTERRUPTED = 9;
    private static final int CANNOT_OPEN = 14;
    private static final int PROTOCOL = 15;
    private static final int CONSTRAINT = 19;

    private SqliteErrors() {}

    /** @param file the database's: whether it is there tells one that is missing from one that may not be opened */
    static StoreException translated(SQLException failure, Path file) {
        return new StoreException(kindOf(failure, file), Log.inWords(failure), failure);
    }

    private static Kind kindOf(SQLException failure, Path file) {
        String message = String.valueOf(failure.getMessage());
        // The low byte is the primary result code, whatever extended code the driver reports.
        return switch (failure.getErrorCode() & 0xff) {
            // PROTOCOL: others kept winning the race for a lock of the WAL.
            case BUSY, LOCKED, PROTOCOL -> Kind.BUSY;
            case CONSTRAINT -> Kind.CONSTRAINT;
            case READ_ONLY -> Kind.READ_ONLY;
            case CANNOT_OPEN -> Files.exists(file) ? Kind.FAILED : Kind.ABSENT;
            case ERROR -> kindOfError(message);
            default -> Kind.FAILED;
        };
    }

    private static Kind kindOfError(String message) {
        if (message.contains("no such table") || message.contains("no such column")) {
            return Kind.ABSENT;
        }
        // Else it lies with the row, or a trigger on it: a function that only the host's connections know, what is no
        // JSON.
        return message.contains("syntax error") ? Kind.FAILED : Kind.CONSTRAINT;
    }
}
