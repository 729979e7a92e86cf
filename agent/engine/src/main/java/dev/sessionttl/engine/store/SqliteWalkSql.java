package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements of a {@link SqliteWalk}. Rows are told from one another by their rowid, or by the primary key of a table
 * that has none: no index on the host's key is needed.
 *
 * @param place the columns that tell rows from one another
 * @param order the columns along which the walk goes: the last-used value and the place where an index has them in that
 *     order, else the place alone
 * @param first where the walk begins
 * @param window where the window ends that begins at a given place
 * @param page the candidates of a window
 * @param lastPage the candidates from a given place on
 */
record SqliteWalkSql(
        List<String> place,
        List<String> order,
        String first,
        String window,
        String page,
        String lastPage,
        String dropIfUntouched) {

    static SqliteWalkSql of(TableConnection connection, StoreConfig store) throws SQLException, StoreException {
        Names names = Names.of(store);
        List<String> place = place(connection, store, names);
        if (store.isObserved()) {
            return byPlace(names, place, 0);
        }
        SqliteWalkSql byAge = byAge(names, place);
        return byAge.isServedByAnIndex(connection) ? byAge : byPlace(names, place, Timestamps.CANDIDATE_RANGES);
    }

    boolean isByAge() {
        return order.size() > place.size();
    }

    private static SqliteWalkSql byPlace(Names names, List<String> place, int ranges) {
        return of(names, place, place, "", "", "(" + TableSql.candidates(names.lastUsedAt(), ranges) + ")");
    }

    private static SqliteWalkSql byAge(Names names, List<String> place) {
        List<String> order =
                Stream.concat(Stream.of(names.lastUsedAt()), place.stream()).toList();
        String below = " AND " + names.lastUsedAt() + " < ?";
        // In a column of text the bounds of numbers are text, too: each row must come once.
        String isText = "(typeof(" + names.lastUsedAt() + ") = 'text') = ?";
        return of(names, place, order, " WHERE " + names.lastUsedAt() + " >= ?" + below, below, isText);
    }

    private static SqliteWalkSql of(
            Names names, List<String> place, List<String> order, String within, String below, String isCandidate) {
        String columns = String.join(", ", order);
        String values = order.stream().map(column -> "?").collect(Collectors.joining(", ", "(", ")"));
        String from = " WHERE (" + columns + ") >= " + values;
        String until = " AND (" + columns + ") < " + values;
        String orderBy = " ORDER BY " + columns + " LIMIT 1";
        String select = Stream.of(List.of(names.sessionId(), names.lastUsedAt()), names.key(), place)
                .flatMap(List::stream)
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + names.table()));
        String candidates = " AND " + names.sessionId() + " IS NOT NULL AND " + isCandidate;
        return new SqliteWalkSql(
                place,
                order,
                "SELECT " + columns + " FROM " + names.table() + within + orderBy,
                "SELECT " + columns + " FROM " + names.table() + from + below + orderBy + " OFFSET ?",
                select + from + until + candidates,
                select + from + below + candidates,
                names.drop() + " WHERE " + names.sessionId() + " = ? AND " + TableSql.each(names.key(), " IS ?")
                        + " AND " + names.lastUsedAt() + " IS ? AND " + TableSql.each(place, " = ?"));
    }

    /** Fails safe: should the words of a plan change, the walk goes by place, as if there were no index. */
    private boolean isServedByAnIndex(TableConnection connection) throws SQLException {
        for (String sql : List.of(first, window, page, lastPage)) {
            PreparedStatement explain = connection.prepare("EXPLAIN QUERY PLAN " + sql);
            // The driver of 2017 runs nothing with a parameter unbound.
            for (int i = explain.getParameterMetaData().getParameterCount(); i > 0; i--) {
                explain.setObject(i, null);
            }
            try (ResultSet plan = explain.executeQuery()) {
                while (plan.next()) {
                    if (!plan.getString("detail").startsWith("SEARCH ")) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static List<String> place(TableConnection connection, StoreConfig store, Names names)
            throws SQLException, StoreException {
        String table = TableSql.lastOf(store.table());
        String schema = names.table()
                .substring(0, names.table().length() - names.alias().length());
        Set<String> columns = new HashSet<>();
        TreeMap<Integer, String> primaryKey = new TreeMap<>();
        try (ResultSet info = connection
                .prepare("PRAGMA " + schema + "table_info(" + TableSql.quoted(table) + ")")
                .executeQuery()) {
            while (info.next()) {
                columns.add(info.getString("name").toLowerCase(Locale.ROOT));
                if (info.getInt("pk") > 0) {
                    primaryKey.put(info.getInt("pk"), names.alias() + "." + TableSql.quoted(info.getString("name")));
                }
            }
        }
        for (String rowid : List.of("rowid", "_rowid_", "oid")) {
            if (!columns.contains(rowid) && isColumn(connection, names, names.alias() + "." + rowid)) {
                return List.of(names.alias() + "." + rowid);
            }
        }
        if (primaryKey.isEmpty()) {
            throw new StoreException(
                    Kind.REFUSED,
                    store.table()
                            + " has columns named rowid, _rowid_ and oid and no primary key: nothing tells its rows"
                            + " from one another, and it is not swept");
        }
        return new ArrayList<>(primaryKey.values());
    }

    private static boolean isColumn(TableConnection connection, Names names, String column) throws SQLException {
        try {
            return connection.prepare("SELECT " + column + " FROM " + names.table() + " LIMIT 0") != null;
        } catch (SQLException failure) {
            if (String.valueOf(failure.getMessage()).contains("no such column")) {
                return false;
            }
            throw failure;
        }
    }
}
