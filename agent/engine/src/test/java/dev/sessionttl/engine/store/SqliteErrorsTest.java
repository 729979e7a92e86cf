package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqliteErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "5,    database is locked,                              BUSY",
        "261,  SQLITE_BUSY_RECOVERY,                            BUSY",
        "517,  SQLITE_BUSY_SNAPSHOT,                            BUSY",
        "6,    database table is locked,                        BUSY",
        "8,    attempt to write a readonly database,            READ_ONLY",
        "1032, SQLITE_READONLY_DBMOVED,                         READ_ONLY",
        "14,   unable to open database file,                    ABSENT",
        "15,   locking protocol,                                BUSY",
        "1,    no such table: agent_sessions,                   ABSENT",
        "1,    no such column: agent_sessions.last_used_at,     ABSENT",
        "1,    near WHERE: syntax error,                        FAILED",
        "1,    no such function: notify_clients,                CONSTRAINT",
        "1,    malformed JSON,                                  CONSTRAINT",
        "19,   FOREIGN KEY constraint failed,                   CONSTRAINT",
        "1811, SQLITE_CONSTRAINT_TRIGGER,                       CONSTRAINT",
        "13,   database or disk is full,                        FAILED",
        "26,   file is not a database,                          FAILED",
        "11,   database disk image is malformed,                FAILED",
        "0,    the host's SQLite driver is gone,                FAILED",
    })
    void everyResultCodeSaysWhatCanBeDone(int code, String message, Kind kind) {
        SQLException failure = new SQLException(message, null, code);

        StoreException translated = SqliteErrors.translated(failure, Path.of("none.db"));

        assertThat(translated.kind()).isEqualTo(kind);
        assertThat(translated).hasMessage(message).hasCause(failure);
    }

    /** Permissions, too many open files, a WAL that cannot be made in a read-only directory: none of them is "not there yet". */
    @Test
    void aFileThatIsThereAndCannotBeOpenedIsAFailure(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("orchestrator.db"));

        assertThat(SqliteErrors.translated(new SQLException("unable to open database file", null, 14), file)
                        .kind())
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void aFailureWithoutAMessageIsTranslatedToo() {
        assertThat(SqliteErrors.translated(new SQLException(), Path.of("none.db"))
                        .kind())
                .isEqualTo(Kind.FAILED);
    }
}
