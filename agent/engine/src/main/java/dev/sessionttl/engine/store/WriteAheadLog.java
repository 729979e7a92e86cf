package dev.sessionttl.engine.store;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * SQLite's log of what was committed and is not in the database yet. It begins anew only when all of it is there and nobody
 * reads it; the longer it is, the more the host's commits and reads have to do.
 *
 * @param pages in the log; -1 where there is none
 * @param done how many of them are in the database
 */
record WriteAheadLog(int pages, int done) {
    /** 32 MB of pages of the usual size. */
    private static final int LONG_PAGES = 8_000;
    /** 48 MB. */
    private static final int TOO_LONG_PAGES = 12_000;
    /** So many are written in no time. */
    private static final int FEW_PAGES = 200;

    /**
     * Writes into the database what is in the log, which keeps no writer waiting; where nobody wrote meanwhile, the next
     * commit begins the log anew. Where others write all the time, a long one is brought to its end under the write lock, which
     * takes two syncs of the disk, if there is little left to do. While a reader holds it back, that would be in vain.
     */
    static void trim(TableConnection connection) throws SQLException, StoreException {
        WriteAheadLog log = after(connection, "PASSIVE");
        if (log.pages > LONG_PAGES && log.pages - log.done < FEW_PAGES) {
            log = after(connection, "RESTART");
        }
        if (log.pages > TOO_LONG_PAGES && log.done < log.pages) {
            throw new StoreException(
                    Kind.BUSY,
                    "a reader keeps the database's write-ahead log from being emptied, and it holds " + log.pages
                            + " pages already");
        }
    }

    private static WriteAheadLog after(TableConnection connection, String checkpoint) throws SQLException {
        try (ResultSet result =
                connection.prepare("PRAGMA wal_checkpoint(" + checkpoint + ")").executeQuery()) {
            return result.next() ? new WriteAheadLog(result.getInt(2), result.getInt(3)) : new WriteAheadLog(-1, -1);
        }
    }
}
