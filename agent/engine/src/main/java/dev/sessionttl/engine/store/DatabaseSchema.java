package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.Credentials;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The tables of a database, looked at without a write: for the command line, in a process of its own. */
public final class DatabaseSchema {
    private static final int LOGIN_SECONDS = 10;
    private static final int MOST_TABLES = 2_000;

    /** @param keys sets of columns that tell one row from another, the primary key first */
    public record Table(String name, List<Column> columns, List<List<String>> keys) {}

    public record Column(String name, String type, boolean isNotNull) {}

    private DatabaseSchema() {}

    /**
     * All tables that the account may see; of PostgreSQL those on the search path.
     *
     * @param url one that a config may hold
     * @throws IOException in words for people where the database cannot be opened or read; it is never created
     */
    public static List<Table> read(String url, Credentials credentials) throws IOException {
        try {
            return url.startsWith("jdbc:postgresql:") ? ofPostgres(url, credentials) : ofSqlite(url);
        } catch (SQLException | RuntimeException failure) {
            throw new IOException(Log.inWords(failure), failure);
        }
    }

    private static List<Table> ofSqlite(String url) throws SQLException {
        SqliteUrl database = SqliteUrl.parse(url);
        if (!Files.exists(database.file())) {
            throw new SQLException("there is no file " + database.file());
        }
        try (Connection connection = SqliteDriver.BUNDLED.connect(database.readOnly())) {
            List<Table> tables = new ArrayList<>();
            for (String name : texts(
                    connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
                tables.add(sqliteTable(connection, name));
            }
            return tables;
        }
    }

    private static Table sqliteTable(Connection connection, String name) throws SQLException {
        List<Column> columns = new ArrayList<>();
        Map<Integer, String> primary = new TreeMap<>();
        String sql = "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?) ORDER BY cid";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, name);
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                boolean isKey = rows.getInt(4) > 0;
                columns.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3) || isKey));
                if (isKey) {
                    primary.put(rows.getInt(4), rows.getString(1));
                }
            }
        }
        List<List<String>> keys = new ArrayList<>();
        if (!primary.isEmpty()) {
            keys.add(List.copyOf(primary.values()));
        }
        keys.addAll(uniquesOf(
                connection,
                "SELECT l.name, i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i"
                        + " WHERE l.\"unique\" = 1 AND l.partial = 0 AND i.name IS NOT NULL ORDER BY l.seq, i.seqno",
                name));
        return new Table(name, columns, keys.stream().distinct().toList());
    }

    private static List<Table> ofPostgres(String url, Credentials credentials) throws SQLException {
        Properties properties = new Properties();
        credentials.user().ifPresent(user -> properties.setProperty("user", user));
        // Never none: the driver would go and read a ~/.pgpass that nobody named.
        properties.setProperty("password", credentials.password().orElse(""));
        properties.setProperty("ApplicationName", "session-ttl discover");
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("loginTimeout", String.valueOf(LOGIN_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(3 * LOGIN_SECONDS));
        properties.setProperty("options", "-c default_transaction_read_only=on");
        try (Connection connection = PostgresDialect.bundledDriver().connect(url, properties)) {
            if (connection == null) {
                throw new SQLException("the PostgreSQL driver does not take this URL");
            }
            List<Table> tables = new ArrayList<>();
            for (String name : texts(
                    connection,
                    "SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p')"
                            + " AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> 'pg_catalog'::regnamespace"
                            + " ORDER BY c.relname")) {
                tables.add(postgresTable(connection, name));
            }
            return tables;
        }
    }

    private static Table postgresTable(Connection connection, String name) throws SQLException {
        List<Column> columns = new ArrayList<>();
        String sql =
                "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_catalog.pg_attribute a"
                        + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE c.relname = ? AND pg_catalog.pg_table_is_visible(c.oid)"
                        + " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, name);
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                columns.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
            }
        }
        return new Table(
                name,
                columns,
                uniquesOf(
                        connection,
                        "SELECT i.indexrelid::text, a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
                                + " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k (number, place)"
                                + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
                                + " WHERE i.indisunique AND i.indpred IS NULL AND c.relname = ? AND pg_catalog.pg_table_is_visible(c.oid)"
                                + " ORDER BY i.indisprimary DESC, i.indexrelid, k.place",
                        name));
    }

    /** Columns by their index, for rows of an index and a column. */
    private static List<List<String>> uniquesOf(Connection connection, String sql, String table) throws SQLException {
        Map<String, List<String>> byIndex = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, table);
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                byIndex.computeIfAbsent(rows.getString(1), unused -> new ArrayList<>())
                        .add(rows.getString(2));
            }
        }
        return List.copyOf(byIndex.values());
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setMaxRows(MOST_TABLES);
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
