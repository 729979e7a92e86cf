package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Walks a table in windows of so many rows, whether or not they are candidates: with a rollback journal a reader keeps
 * writers waiting, so that no statement may read a whole table. Nothing is open between two of them.
 */
final class SqliteWalk implements Walk {
    private static final int FIRST_WINDOW_ROWS = 1_000;
    private static final int WIDEST_WINDOW_ROWS = 32_000;
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SqliteWalkSql sql;
    private final Rows rows;
    private final Page page;
    private final RowDrops drops;
    private final Deque<Pass> passes = new ArrayDeque<>();
    /** Where the next window begins, in the order of the walk; empty before a pass has begun. */
    private List<Object> from = List.of();

    private int windowRows = FIRST_WINDOW_ROWS;

    private SqliteWalk(SqliteWalkSql sql, Rows rows, Page page, RowDrops drops) {
        this.sql = sql;
        this.rows = rows;
        this.page = page;
        this.drops = drops;
    }

    /** @param bounds of the ranges of the last-used column in which the candidates lie; empty where all rows are */
    static SqliteWalk of(
            TableConnection connection, StoreConfig store, Rows rows, List<Object> bounds, Page page, RowDrops drops)
            throws SQLException, StoreException {
        SqliteWalkSql sql = SqliteWalkSql.of(connection, store);
        SqliteWalk walk = new SqliteWalk(sql, rows, page, drops);
        if (sql.isByAge()) {
            for (int i = 0; i < bounds.size(); i += 2) {
                walk.passes.add(new Pass(bounds.subList(i, i + 2), List.of(bounds.get(i) instanceof String ? 1 : 0)));
            }
        } else {
            walk.passes.add(new Pass(List.of(), bounds));
        }
        return walk;
    }

    @Override
    public List<Candidate> next(TableConnection connection) throws SQLException {
        long began = System.nanoTime();
        List<Candidate> found = new ArrayList<>();
        while (!isOver() && found.size() < page.rows() && System.nanoTime() - began < page.nanos()) {
            try {
                found.addAll(window(connection));
            } catch (SQLException failure) {
                if (found.isEmpty()) {
                    throw failure;
                }
                // The next call begins with the window that failed.
                return found;
            }
        }
        return found;
    }

    private List<Candidate> window(TableConnection connection) throws SQLException {
        Pass pass = passes.element();
        long began = System.nanoTime();
        List<Object> begin = from.isEmpty() ? place(connection, sql.first(), pass.bounds()) : from;
        if (begin.isEmpty()) {
            passes.remove();
            return List.of();
        }
        List<Object> end = place(connection, sql.window(), begin, pass.below(), List.of(windowRows));
        boolean last = end.isEmpty() || end.equals(begin);
        List<Candidate> found = rows.candidates(
                last
                        ? bound(connection, sql.lastPage(), begin, pass.below(), pass.filter())
                        : bound(connection, sql.page(), begin, end, pass.filter()),
                sql.place().size());
        from = last ? List.of() : end;
        if (last) {
            passes.remove();
        }
        boolean isSlow = System.nanoTime() - began > WINDOW_NANOS;
        windowRows = isSlow ? Math.max(1, windowRows / 2) : Math.min(2 * windowRows, WIDEST_WINDOW_ROWS);
        return found;
    }

    @Override
    public boolean isOver() {
        return passes.isEmpty();
    }

    @Override
    public List<Candidate> dropUntouched(TableConnection connection, List<Candidate> seen)
            throws SQLException, StoreException {
        return drops.untouched(connection.prepare(sql.dropIfUntouched()), seen);
    }

    /** Where in the order of the walk the statement's one row lies; empty where it finds none. */
    @SafeVarargs
    private List<Object> place(TableConnection connection, String select, List<Object>... values) throws SQLException {
        try (ResultSet result = bound(connection, select, values).executeQuery()) {
            return result.next() ? Rows.values(result, 1, sql.order().size()) : List.of();
        }
    }

    @SafeVarargs
    private static PreparedStatement bound(TableConnection connection, String sql, List<Object>... values)
            throws SQLException {
        PreparedStatement statement = connection.prepare(sql);
        int at = 1;
        for (List<Object> list : values) {
            for (Object value : list) {
                statement.setObject(at++, value);
            }
        }
        return statement;
    }

    /**
     * Once along the order of the walk.
     *
     * @param bounds of the last-used value, from and below, where that is the order; else empty
     * @param filter the values by which the statement tells candidates from other rows
     */
    private record Pass(List<Object> bounds, List<Object> filter) {
        List<Object> below() {
            return bounds.isEmpty() ? bounds : bounds.subList(1, 2);
        }
    }
}
