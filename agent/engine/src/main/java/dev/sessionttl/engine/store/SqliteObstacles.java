package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What speaks against dropping rows of a table, as SQLite itself knows it; one thread at a time. */
final class SqliteObstacles {
    private static final Set<String> CASCADES = Set.of("CASCADE", "SET NULL", "SET DEFAULT");

    private final StoreConfig store;
    private final Statement statement;
    private final String schema;
    private final String table;

    private SqliteObstacles(StoreConfig store, Statement statement) {
        this.store = store;
        this.statement = statement;
        this.table = TableSql.lastOf(store.table());
        this.schema = store.table().contains(".")
                ? TableSql.quoted(store.table().substring(0, store.table().lastIndexOf('.'))) + "."
                : "";
    }

    /** Why no row may be dropped, and the remedy; empty where nothing speaks against it. */
    static Optional<String> of(StoreConfig store, Statement statement) throws SQLException {
        SqliteObstacles obstacles = new SqliteObstacles(store, statement);
        if (obstacles.isView()) {
            return Optional.of(Obstacles.view(store));
        }
        if (store.expire() == ExpireAction.CLEAR_SESSION_ID) {
            Optional<String> whatItIs = obstacles.whyTheIdCannotBeNull();
            if (whatItIs.isPresent()) {
                return Optional.of(Obstacles.notClearable(store, whatItIs.get()));
            }
        }
        return store.cascade()
                ? Optional.empty()
                : obstacles.cascadingTable().map(other -> Obstacles.cascade(store, other));
    }

    private boolean isView() throws SQLException {
        try (ResultSet views = statement.executeQuery("SELECT 1 FROM " + schema
                + "sqlite_master WHERE type = 'view' AND lower(name) = lower('" + table.replace("'", "''") + "')")) {
            return views.next();
        }
    }

    private Optional<String> whyTheIdCannotBeNull() throws SQLException {
        try (ResultSet columns = columns()) {
            while (columns.next()) {
                if (columns.getString("name").equalsIgnoreCase(store.sessionId())) {
                    if (isGenerated(columns)) {
                        return Optional.of("a generated column");
                    }
                    // SQLite lets parts of most primary keys be NULL, and the row could never be told again.
                    if (columns.getInt("pk") > 0) {
                        return Optional.of("part of the primary key");
                    }
                    return columns.getBoolean("notnull") ? Optional.of("NOT NULL") : Optional.empty();
                }
            }
            return Optional.empty();
        }
    }

    /** With those that are generated, where SQLite is new enough to know of them. */
    private ResultSet columns() throws SQLException {
        String argument = "(" + TableSql.quoted(table) + ")";
        return statement.execute("PRAGMA " + schema + "table_xinfo" + argument)
                ? statement.getResultSet()
                : statement.executeQuery("PRAGMA " + schema + "table_info" + argument);
    }

    private static boolean isGenerated(ResultSet columns) throws SQLException {
        boolean tells = columns.getMetaData().getColumnCount() > 6;
        return tells && columns.getInt("hidden") > 1;
    }

    /** A table whose rows would be deleted or changed with a row of ours; it may be the table itself. */
    private Optional<String> cascadingTable() throws SQLException {
        List<String> others = new ArrayList<>();
        try (ResultSet tables =
                statement.executeQuery("SELECT name FROM " + schema + "sqlite_master WHERE type = 'table'")) {
            while (tables.next()) {
                others.add(tables.getString(1));
            }
        }
        for (String other : others) {
            try (ResultSet keys =
                    statement.executeQuery("PRAGMA " + schema + "foreign_key_list(" + TableSql.quoted(other) + ")")) {
                while (keys.next()) {
                    if (keys.getString("table").equalsIgnoreCase(table) && cascades(keys)) {
                        return Optional.of(other);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean cascades(ResultSet key) throws SQLException {
        if (store.expire() == ExpireAction.DELETE_ROW) {
            return isCascade(key.getString("on_delete"));
        }
        // No column is named where the primary key is meant, and that is not cleared.
        return store.sessionId().equalsIgnoreCase(key.getString("to")) && isCascade(key.getString("on_update"));
    }

    private static boolean isCascade(String action) {
        return CASCADES.contains(action.toUpperCase(Locale.ROOT));
    }
}
