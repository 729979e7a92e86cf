package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/**
 * Looks a table over for a person: what is there, what it is taken for, what a sweep would do to it, and what each statement
 * of the agent's costs. It writes nothing; one thread at a time.
 */
public final class TableReview {
    private static final long COUNT_BUDGET_MILLIS = 30_000;
    private static final int NAMES_TOLD = 3;

    private final StoreConfig store;
    private final MaxSessionAge maxAge;
    private final ScheduledExecutorService timer;
    private final JdbcTable table;
    private final List<Finding> findings = new ArrayList<>();

    private TableReview(String url, StoreConfig store, MaxSessionAge maxAge, ScheduledExecutorService timer) {
        this.store = store;
        this.maxAge = maxAge.asOfNow();
        this.timer = timer;
        this.table = JdbcTable.of(
                url, store, store.isObserved() ? Optional.of(new Observations(maxAge.clock())) : Optional.empty());
    }

    /**
     * Opens the database, in a process of its own, and closes it again.
     *
     * @param timer ends what takes too long
     */
    public static List<Finding> of(
            String url, StoreConfig store, MaxSessionAge maxAge, ScheduledExecutorService timer) {
        TableReview review = new TableReview(url, store, maxAge, timer);
        try {
            review.look();
        } catch (StoreException failure) {
            review.findings.add(
                    failure.kind() == Kind.BUSY
                            ? Finding.warning(
                                    review.table.name(),
                                    "it is locked just now: " + Log.inWords(failure),
                                    "check again later")
                            : Finding.error(review.table.name(), Log.inWords(failure), ""));
        } finally {
            review.table.closeForGood();
        }
        return review.findings;
    }

    private void look() throws StoreException {
        if (!table.mayExist()) {
            findings.add(Finding.note(
                    table.name(),
                    "there is no such file; it is not created here, and the agent waits for the host to"));
            return;
        }
        Map<String, String> columns = columns();
        if (columns.isEmpty() || !areThere(columns)) {
            return;
        }
        table.obstacle().ifPresent(this::tellObstacle);
        List<Finding> costs = table.on(connection -> {
            if (!store.isObserved()) {
                findings.addAll(new TimestampReview(table.isSqlite(), store, maxAge).of(connection, columns));
            }
            return table.isSqlite() ? SqliteReview.of(connection, store) : PostgresReview.of(connection, store);
        });
        if (findings.stream().noneMatch(finding -> finding.grade() == Finding.Grade.ERROR)) {
            tellWhatWouldGo();
        }
        findings.addAll(costs);
    }

    /** The names and types of the table's columns, by lower-case name; empty where there is no such table. */
    private Map<String, String> columns() throws StoreException {
        return table.on(connection -> {
            connection
                    .prepare(table.isSqlite() ? "PRAGMA query_only = ON" : "SET default_transaction_read_only = on")
                    .execute();
            try (ResultSet none = connection
                    .prepare("SELECT * FROM " + TableSql.qualified(store.table()) + " LIMIT 0")
                    .executeQuery()) {
                ResultSetMetaData columns = none.getMetaData();
                Map<String, String> types = new LinkedHashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    types.put(columns.getColumnName(i).toLowerCase(Locale.ROOT), columns.getColumnTypeName(i));
                }
                return types;
            } catch (SQLException failure) {
                connection.forgetStatements();
                tellMissingTable(connection, failure);
                return Map.of();
            }
        });
    }

    private void tellMissingTable(TableConnection connection, SQLException failure) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet names = connection
                .prepare(
                        table.isSqlite()
                                ? "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                                        + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                                : "SELECT table_name FROM information_schema.tables WHERE table_schema = ANY"
                                        + " (current_schemas(false))")
                .executeQuery()) {
            while (names.next()) {
                tables.add(names.getString(1));
            }
        }
        findings.add(Finding.error(
                "sessionTtl.store.table", Log.inWords(failure), nearest(TableSql.lastOf(store.table()), tables)));
    }

    private boolean areThere(Map<String, String> columns) {
        int before = findings.size();
        for (String column : store.key()) {
            tellWhereMissing("sessionTtl.store.key", column, columns, "");
        }
        tellWhereMissing("sessionTtl.store.sessionId", store.sessionId(), columns, "");
        if (!store.isObserved()) {
            tellWhereMissing(
                    "sessionTtl.store.lastUsedAt",
                    store.lastUsedAt(),
                    columns,
                    "; a table that keeps no such time wants \"observed\"");
        }
        if (findings.size() > before) {
            return false;
        }
        findings.add(Finding.ok(
                table.name() + ", " + store.table(),
                store.key().stream().map(column -> typed(column, columns)).collect(Collectors.joining(", ", "key ", ""))
                        + "; session id " + typed(store.sessionId(), columns) + "; last used "
                        + (store.isObserved() ? "as observed" : typed(store.lastUsedAt(), columns))));
        return true;
    }

    private void tellWhereMissing(String place, String column, Map<String, String> columns, String orElse) {
        if (!columns.containsKey(column.toLowerCase(Locale.ROOT))) {
            findings.add(Finding.error(
                    place,
                    store.table() + " has no column " + column,
                    nearest(column, List.copyOf(columns.keySet())) + orElse));
        }
    }

    private static String nearest(String wanted, List<String> known) {
        List<String> nearest = Nearest.to(wanted, known, NAMES_TOLD);
        return nearest.isEmpty()
                ? known.isEmpty() ? "there is none at all" : "there are " + String.join(", ", known)
                : "did you mean " + String.join(" or ", nearest) + "?";
    }

    private static String typed(String column, Map<String, String> columns) {
        String type = columns.get(column.toLowerCase(Locale.ROOT));
        return type == null || type.isBlank() ? column : column + " " + type;
    }

    private void tellObstacle(String obstacle) {
        int remedy = obstacle.lastIndexOf("; ");
        findings.add(
                remedy < 0
                        ? Finding.error(store.table(), obstacle, "")
                        : Finding.error(store.table(), obstacle.substring(0, remedy), obstacle.substring(remedy + 2)));
    }

    private void tellWhatWouldGo() throws StoreException {
        long rows = table.facts().rows();
        if (store.isObserved()) {
            findings.add(Finding.note(
                    store.table(), rows + " sessions; how old they are, the agent of the running host knows alone"));
            return;
        }
        OptionalInt expired = new Sweep(table, maxAge, timer, id -> false, row -> {}).countExpired(COUNT_BUDGET_MILLIS);
        if (!maxAge.isOn()) {
            findings.add(Finding.note(
                    store.table(), rows + " sessions; MAX_SESSION_AGE_MS is 0, so that none expires by age"));
        } else if (expired.isEmpty()) {
            findings.add(Finding.note(
                    store.table(),
                    rows + " sessions; to count those that would go takes longer than " + COUNT_BUDGET_MILLIS / 1_000
                            + " s"));
        } else if (!store.sweep().allows(expired.getAsInt(), rows)) {
            findings.add(Finding.warning(
                    store.table(),
                    expired.getAsInt() + " of " + rows + " sessions are expired, more than store.maxSweepFraction "
                            + store.sweep().maxFraction() + " allows: a sweep drops none",
                    "if they are as old as that, raise the fraction for one sweep"));
        } else {
            findings.add(Finding.note(
                    store.table(), expired.getAsInt() + " of " + rows + " sessions would go now, as expired"));
        }
    }
}
