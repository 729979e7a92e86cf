package dev.sessionttl.engine.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Pages by their number: what is still there of the last ones is passed over. */
final class OffsetWalk implements Walk {
    private static final int PAGE_ROWS = 10_000;

    private final TableSql sql;
    private final List<Object> bounds;
    private final Rows rows;
    private int skipped;
    private boolean over;

    /** @param bounds of the ranges in which the rows lie */
    OffsetWalk(TableSql sql, List<Object> bounds, Rows rows) {
        this.sql = sql;
        this.bounds = bounds;
        this.rows = rows;
    }

    @Override
    public List<Candidate> next(TableConnection connection, int stayed) throws SQLException {
        PreparedStatement page = connection.prepare(sql.sweepPage());
        int at = 1;
        for (Object bound : bounds) {
            page.setString(at++, bound.toString());
        }
        page.setInt(at++, PAGE_ROWS);
        page.setInt(at, skipped + stayed);
        List<Candidate> found = rows.candidates(page, 0);
        skipped += stayed;
        over = found.size() < PAGE_ROWS;
        return found;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public String dropIfUntouched(Candidate candidate) {
        return sql.dropOf(candidate.row().key()).ifUntouched();
    }
}
