package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.SessionTable;
import dev.sessionttl.engine.expiry.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The host's table in an SQLite file. Any thread may call. */
public final class SqliteTable implements SessionTable {
    private final Path file;
    private final StoreConfig store;
    private final TableSql sql;
    private final Timestamps timestamps;
    private final Connections connections;

    /** Opens nothing yet. */
    public SqliteTable(String url, StoreConfig store) {
        SqliteUrl database = SqliteUrl.parse(url);
        this.file = database.file();
        this.store = store;
        this.sql = TableSql.of(store);
        this.timestamps = Timestamps.valueOf(store.timestamps().name());
        this.connections = new Connections(database.withoutCreating(), store.busyTimeoutMillis());
    }

    /** The database, absolute. */
    public Path file() {
        return file;
    }

    /** Asks the file system and opens nothing: to open and close the file would drop the host's locks on it (law 1). */
    public boolean fileExists() {
        return Files.exists(file);
    }

    @Override
    public List<SessionRow> findByKey(List<?> key) throws StoreException {
        return on(connection -> rows(bound(connection.prepare(sql.findByKey()), key)));
    }

    @Override
    public List<SessionRow> findBySessionId(String sessionId, List<?> key) throws StoreException {
        String select = key.isEmpty() ? sql.findBySessionId() : sql.findBySessionIdAndKey();
        return on(connection -> rows(bound(connection.prepare(select), List.of(sessionId), key)));
    }

    @Override
    public boolean dropIfUntouched(SessionRow seen) throws StoreException {
        return on(connection -> dropIfUntouched(connection, seen));
    }

    @Override
    public boolean dropSession(SessionRow seen) throws StoreException {
        return on(connection -> bound(connection.prepare(sql.dropSession()), List.of(seen.sessionId()), seen.key())
                        .executeUpdate()
                > 0);
    }

    /** How many sessions the table holds, and when the one unused for longest was last used (ms since 1970 UTC). */
    public Facts facts() throws StoreException {
        return on(connection -> {
            try (ResultSet result = connection.prepare(sql.countAndOldest()).executeQuery()) {
                result.next();
                return new Facts(
                        result.getLong(1), timestamps.read(result.getObject(2)).epochMillis());
            }
        });
    }

    <T> T on(Connections.Work<T> work) throws StoreException {
        return connections.with(work);
    }

    boolean dropIfUntouched(TableConnection connection, SessionRow seen) throws SQLException {
        PreparedStatement drop =
                bound(connection.prepare(sql.dropIfUntouched()), List.of(seen.sessionId()), seen.key());
        drop.setObject(2 + seen.key().size(), seen.lastUsed().stored());
        return drop.executeUpdate() > 0;
    }

    /** Rows that may be older than the cutoff, in no particular order. */
    PreparedStatement sweepPage(TableConnection connection, long cutoffMillis, int rows, int skipped)
            throws SQLException {
        PreparedStatement page = connection.prepare(sql.sweepPage());
        int at = 1;
        for (Object bound : timestamps.candidateRanges(cutoffMillis)) {
            page.setObject(at++, bound);
        }
        page.setInt(at++, rows);
        page.setInt(at, skipped);
        return page;
    }

    List<SessionRow> rows(PreparedStatement select) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            List<SessionRow> rows = new ArrayList<>(1);
            while (result.next()) {
                List<@Nullable Object> key = new ArrayList<>(store.key().size());
                for (int i = 0; i < store.key().size(); i++) {
                    key.add(result.getObject(3 + i));
                }
                String sessionId = result.getString(1);
                if (sessionId != null) {
                    rows.add(new SessionRow(key, sessionId, timestamps.read(result.getObject(2))));
                }
            }
            return rows;
        }
    }

    /** The host has begun to load a SQLite driver of its own: from now on only that one is used (law 1). */
    public void hostDriverLoadedBy(ClassLoader loader) {
        connections.hostDriverLoadedBy(loader);
    }

    public boolean hostHasADriver() {
        return connections.hostHasADriver();
    }

    /**
     * Closes the connections that nobody has used for this long.
     */
    public void closeIdle(long nanos) {
        connections.closeIdle(nanos);
    }

    /** Closes everything; later calls find the table absent. */
    public void closeForGood() {
        connections.closeForGood();
    }

    @SafeVarargs
    private static PreparedStatement bound(PreparedStatement statement, List<? extends @Nullable Object>... values)
            throws SQLException {
        int at = 1;
        for (List<? extends @Nullable Object> list : values) {
            for (Object value : list) {
                statement.setObject(at++, SqliteValues.bindable(value));
            }
        }
        return statement;
    }

    /**
     * @param rows how many rows hold a session id
     * @param oldestMillis the earliest last-used time among them; empty where there is none or it cannot be told
     */
    public record Facts(long rows, OptionalLong oldestMillis) {}
}
