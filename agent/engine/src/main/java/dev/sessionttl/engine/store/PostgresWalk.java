package dev.sessionttl.engine.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a few rows as an index gives them; where there are more, walks the table once, block by block. Each walk of a
 * fleet begins somewhere else, so that they share the work. A row that is not touched stays where it is, and so none is
 * missed, whatever others insert, touch and drop meanwhile.
 */
final class PostgresWalk implements Walk {
    /** As many rows as are a few: the statement's LIMIT tells the planner. */
    private static final int A_FEW = 10_000;

    private static final long FIRST_WINDOW_BLOCKS = 64;
    private static final long WIDEST_WINDOW_BLOCKS = 8_192;

    private final PostgresWalkSql sql;
    private final List<Object> bounds;
    private final Rows rows;
    private final Page page;
    /** From and below, in blocks; empty before the walk has begun. */
    private final Deque<Blocks> ahead = new ArrayDeque<>();

    private boolean hasBegun;
    private long windowBlocks = FIRST_WINDOW_BLOCKS;

    /** @param bounds of the ranges of the last-used column in which the rows lie */
    PostgresWalk(PostgresWalkSql sql, List<Object> bounds, Rows rows, Page page) {
        this.sql = sql;
        this.bounds = bounds.stream().<Object>map(Object::toString).toList();
        this.rows = rows;
        this.page = page;
    }

    @Override
    public List<Candidate> next(TableConnection connection) throws SQLException {
        return hasBegun ? window(connection, ahead.element()) : aFew(connection);
    }

    private List<Candidate> aFew(TableConnection connection) throws SQLException {
        List<Candidate> found = rows.candidates(bound(connection.prepare(sql.aFew()), bounds, List.of(A_FEW)), 1);
        if (found.size() == A_FEW) {
            long end = blocks(connection);
            long begin = ThreadLocalRandom.current().nextLong(Math.max(1, end));
            ahead.add(new Blocks(begin, end));
            ahead.add(new Blocks(0, begin));
        }
        hasBegun = true;
        return found;
    }

    private long blocks(TableConnection connection) throws SQLException {
        try (ResultSet blocks = connection.prepare(sql.blocks()).executeQuery()) {
            blocks.next();
            return blocks.getLong(1);
        }
    }

    private List<Candidate> window(TableConnection connection, Blocks blocks) throws SQLException {
        long end = Math.min(blocks.below(), blocks.from() + windowBlocks);
        List<Object> places = List.of("(" + blocks.from() + ",0)", "(" + end + ",0)");
        List<Candidate> found = rows.candidates(bound(connection.prepare(sql.window()), bounds, places), 1);
        ahead.remove();
        if (end < blocks.below()) {
            ahead.addFirst(new Blocks(end, blocks.below()));
        }
        windowBlocks = found.size() > page.rows()
                ? Math.max(1, windowBlocks / 2)
                : Math.min(2 * windowBlocks, WIDEST_WINDOW_BLOCKS);
        return found;
    }

    @Override
    public boolean isOver() {
        return hasBegun && ahead.isEmpty();
    }

    @Override
    public List<Candidate> dropUntouched(TableConnection connection, List<Candidate> seen) throws SQLException {
        List<Object> arrays = new ArrayList<>();
        arrays.add(array(seen, row -> row.row().sessionId()));
        arrays.add(array(seen, row -> row.row().lastUsed().stored()));
        IntStream.range(0, rows.keyColumns())
                .forEach(i -> arrays.add(array(seen, row -> row.row().key().get(i))));
        arrays.add(array(seen, row -> row.place().get(0)));
        Map<List<?>, List<Candidate>> byKey = seen.stream()
                .collect(Collectors.groupingBy(candidate -> candidate.row().key()));
        List<Candidate> dropped = new ArrayList<>(seen.size());
        try (ResultSet keys = bound(connection.prepare(sql.drop()), arrays).executeQuery()) {
            while (keys.next()) {
                List<@Nullable Object> key = Rows.values(keys, 1, rows.keyColumns());
                List<Candidate> ofKey = byKey.getOrDefault(key, List.of());
                dropped.add(ofKey.remove(ofKey.size() - 1));
            }
        }
        return dropped;
    }

    @SafeVarargs
    private static PreparedStatement bound(PreparedStatement statement, List<Object>... values) throws SQLException {
        int at = 1;
        for (List<Object> list : values) {
            for (Object value : list) {
                statement.setObject(at++, value);
            }
        }
        return statement;
    }

    /** As PostgreSQL writes an array of texts. */
    private static String array(List<Candidate> seen, Function<Candidate, @Nullable Object> value) {
        return seen.stream().map(value).map(PostgresWalk::element).collect(Collectors.joining(",", "{", "}"));
    }

    private static String element(@Nullable Object value) {
        return value == null
                ? "NULL"
                : '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private record Blocks(long from, long below) {}
}
