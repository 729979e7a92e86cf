package dev.sessionttl.engine.store;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.function.ObjLongConsumer;

/** The open file of an {@link ObservedFile}, through the bundled SQLite: the host never opens it. One thread at a time. */
final class ObservedDatabase implements AutoCloseable {
    /** "sttl"; it tells the file from any other. */
    private static final int APPLICATION_ID = 0x7374746c;

    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;
    /** Others may commit some time after what they have seen: after a disk that was full, for one. */
    private static final long OVERLAP_MILLIS = 300_000;

    private final Connection connection;
    private final InstantSource clock;
    private long dataVersion;
    private long readAtMillis;

    private ObservedDatabase(Connection connection, InstantSource clock) {
        this.connection = connection;
        this.clock = clock;
    }

    /** Opens the file, or makes it, for its owner alone. What is broken and was the agent's is set aside. */
    static ObservedDatabase open(Path file, InstantSource clock) throws SQLException, IOException {
        make(file);
        try {
            return opened(file, clock);
        } catch (SQLException failure) {
            boolean isOurs = failure instanceof Broken || file.endsWith(ObservedFile.DEFAULT_NAME);
            if (!isBroken(failure) || !isOurs) {
                throw failure;
            }
            setAside(file, failure);
            make(file);
            return opened(file, clock);
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException notPosix) {
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException isThere) {
            // As after every start but the first.
        } catch (IOException failure) {
            // Whose message is the file's name.
            throw new IOException(
                    file + " cannot be made: " + failure.getClass().getSimpleName(), failure);
        }
    }

    private static ObservedDatabase opened(Path file, InstantSource clock) throws SQLException {
        Connection connection = SqliteDriver.BUNDLED.connect(new SqliteUrl(file).withoutCreating());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 1000");
            if (number(statement, "PRAGMA application_id") == APPLICATION_ID) {
                check(statement);
            } else if (number(statement, "SELECT count(*) FROM sqlite_master") == 0) {
                statement.execute("PRAGMA application_id = " + APPLICATION_ID);
            } else {
                throw new SQLException(file + " is a database, and not the agent's: it is left as it is");
            }
            begin(statement);
            return new ObservedDatabase(connection, clock);
        } catch (SQLException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static void check(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!result.next() || !"ok".equals(result.getString(1))) {
                throw new Broken("it is damaged");
            }
        } catch (SQLException failure) {
            throw isBroken(failure) ? new Broken(Log.inWords(failure)) : failure;
        }
    }

    private static void begin(Statement statement) throws SQLException {
        try {
            statement.execute("PRAGMA journal_mode = WAL");
        } catch (SQLException isBeingOpenedByAnother) {
            // Who sees to it.
        }
        // No sync of the disk for each commit: a power failure costs the uses of the last moments, and no more.
        statement.execute("PRAGMA synchronous = NORMAL");
        statement.execute(
                "CREATE TABLE IF NOT EXISTS observed (id BLOB PRIMARY KEY, last_used INTEGER NOT NULL) WITHOUT ROWID");
        statement.execute("CREATE INDEX IF NOT EXISTS observed_by_last_use ON observed (last_used)");
    }

    /** In the place of the last one that was set aside, so that they do not pile up. */
    private static void setAside(Path file, SQLException why) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".broken");
        Log.warn("the record of when sessions were used, " + file + ", cannot be read (" + Log.inWords(why)
                + "): it is set aside as " + aside.getFileName() + ", and every session counts as used now");
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Path part = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(part)) {
                // The log with it: SQLite would bring what it holds into the new file.
                Files.move(
                        part,
                        aside.resolveSibling(aside.getFileName() + suffix),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Reads the newest, and drops what is older. */
    void load(int most, ObjLongConsumer<UUID> to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            dataVersion = number(statement, "PRAGMA data_version");
            statement.execute("DELETE FROM observed WHERE last_used < (SELECT last_used FROM observed"
                    + " ORDER BY last_used DESC LIMIT 1 OFFSET " + most + ")");
        }
        readSince(0, to);
    }

    void write(Map<UUID, Long> lastUsed, Collection<UUID> forgotten) throws SQLException {
        if (lastUsed.isEmpty() && forgotten.isEmpty()) {
            return;
        }
        connection.setAutoCommit(false);
        try (PreparedStatement put = connection.prepareStatement("INSERT OR REPLACE INTO observed VALUES (?, ?)");
                PreparedStatement delete = connection.prepareStatement("DELETE FROM observed WHERE id = ?")) {
            for (Map.Entry<UUID, Long> use : lastUsed.entrySet()) {
                put.setBytes(1, bytes(use.getKey()));
                put.setLong(2, use.getValue());
                put.addBatch();
            }
            put.executeBatch();
            for (UUID id : forgotten) {
                delete.setBytes(1, bytes(id));
                delete.addBatch();
            }
            delete.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /** On a full disk SQLite has rolled back by itself, and complains of both; what was first is to be told. */
    private void rollBack(SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException rolledBackAlready) {
            failure.addSuppressed(rolledBackAlready);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException rolledBackAlready) {
            failure.addSuppressed(rolledBackAlready);
        }
    }

    /** What other processes have written since this was last asked; cheap where they have not. */
    void readOthers(ObjLongConsumer<UUID> to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long version = number(statement, "PRAGMA data_version");
            if (version != dataVersion) {
                readSince(readAtMillis - OVERLAP_MILLIS, to);
                dataVersion = version;
            }
        }
    }

    private void readSince(long epochMillis, ObjLongConsumer<UUID> to) throws SQLException {
        readAtMillis = clock.millis();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, last_used FROM observed WHERE last_used >= ?")) {
            select.setLong(1, epochMillis);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    ByteBuffer id = ByteBuffer.wrap(result.getBytes(1));
                    to.accept(new UUID(id.getLong(), id.getLong()), result.getLong(2));
                }
            }
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static long number(Statement statement, String select) throws SQLException {
        try (ResultSet result = statement.executeQuery(select)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    /** Whether there is no use in trying again. */
    static boolean isBroken(Throwable failure) {
        return failure instanceof Broken
                || (failure instanceof SQLException sql
                        && ((sql.getErrorCode() & 0xff) == CORRUPT || (sql.getErrorCode() & 0xff) == NOT_A_DATABASE));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** It was the agent's, and is damaged. */
    private static final class Broken extends SQLException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }
}
