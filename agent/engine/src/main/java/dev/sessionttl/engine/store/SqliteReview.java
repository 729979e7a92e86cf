package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.report.Finding;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What each of the agent's statements costs on an SQLite table, by SQLite's own plans, and what a deletion sets off. */
final class SqliteReview {
    private final TableConnection connection;
    private final StoreConfig store;
    private final List<Finding> findings = new ArrayList<>();

    private SqliteReview(TableConnection connection, StoreConfig store) {
        this.connection = connection;
        this.store = store;
    }

    static List<Finding> of(TableConnection connection, StoreConfig store) throws SQLException, StoreException {
        SqliteReview review = new SqliteReview(connection, store);
        TableSql sql = connection.layout().sql();
        review.tellPlan("a read by key", sql.findByKey(), store.key());
        review.tellPlan("a look-up by session id", sql.findBySessionId(), List.of(store.sessionId()));
        review.tellSweep();
        review.tellTriggers();
        return review.findings;
    }

    private void tellPlan(String what, String select, List<String> columns) throws SQLException {
        List<String> plan = plan(select);
        boolean isServed = plan.stream().allMatch(step -> step.startsWith("SEARCH "));
        String steps = what + ": " + String.join(", ", plan);
        findings.add(
                isServed
                        ? Finding.ok(store.table(), steps)
                        : Finding.warning(
                                store.table(),
                                steps + ", which reads the whole table each time",
                                "CREATE INDEX " + TableSql.lastOf(store.table()) + "_"
                                        + String.join("_", columns) + " ON "
                                        + TableSql.quoted(TableSql.lastOf(store.table()))
                                        + columns.stream()
                                                .map(TableSql::quoted)
                                                .collect(Collectors.joining(", ", " (", ")"))));
    }

    private List<String> plan(String select) throws SQLException {
        PreparedStatement explain = connection.prepare("EXPLAIN QUERY PLAN " + select);
        for (int i = explain.getParameterMetaData().getParameterCount(); i > 0; i--) {
            explain.setObject(i, "");
        }
        List<String> steps = new ArrayList<>();
        try (ResultSet plan = explain.executeQuery()) {
            while (plan.next()) {
                steps.add(plan.getString("detail"));
            }
        }
        return steps;
    }

    private void tellSweep() throws SQLException, StoreException {
        findings.add(
                SqliteWalkSql.of(connection, store).isByAge()
                        ? Finding.ok(store.table(), "a sweep: walks an index on " + store.lastUsedAt())
                        : Finding.note(
                                store.table(),
                                "a sweep: walks the whole table in small steps, since no index has "
                                        + store.lastUsedAt() + " in order"));
    }

    private void tellTriggers() throws SQLException {
        String event = store.expire() == ExpireAction.DELETE_ROW ? "DELETE" : "UPDATE";
        PreparedStatement select = connection.prepare(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = ?");
        select.setString(1, TableSql.lastOf(store.table()).toLowerCase(Locale.ROOT));
        try (ResultSet triggers = select.executeQuery()) {
            while (triggers.next()) {
                String sql = String.valueOf(triggers.getString(2)).toUpperCase(Locale.ROOT);
                if (sql.matches("(?s).*\\b" + event + "\\b.*\\bON\\b.*\\bBEGIN\\b.*")) {
                    findings.add(Finding.note(
                            store.table(),
                            "the trigger " + triggers.getString(1) + " runs with each row that is dropped"));
                }
            }
        }
    }
}
