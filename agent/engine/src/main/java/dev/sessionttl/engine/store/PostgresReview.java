package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.report.Finding;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which of the agent's statements an index of a PostgreSQL table serves, and what a deletion sets off. */
final class PostgresReview {
    private static final String LEADING_COLUMNS = "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
            + " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = to_regclass(?) AND i.indisvalid";
    private static final String TRIGGERS =
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(?) AND NOT tgisinternal";

    private PostgresReview() {}

    static List<Finding> of(TableConnection connection, StoreConfig store) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        Set<String> leading = new HashSet<>();
        names(connection, LEADING_COLUMNS, store).forEach(name -> leading.add(name.toLowerCase(Locale.ROOT)));
        boolean keyIsServed =
                store.key().stream().anyMatch(column -> leading.contains(column.toLowerCase(Locale.ROOT)));
        findings.add(served("a read by key", keyIsServed, store, store.key().get(0)));
        findings.add(served(
                "a look-up by session id",
                leading.contains(store.sessionId().toLowerCase(Locale.ROOT)),
                store,
                store.sessionId()));
        for (String trigger : names(connection, TRIGGERS, store)) {
            findings.add(
                    Finding.note(store.table(), "the trigger " + trigger + " may run with each row that is dropped"));
        }
        return findings;
    }

    private static Finding served(String what, boolean isServed, StoreConfig store, String column) {
        return isServed
                ? Finding.ok(store.table(), what + ": an index begins with " + column)
                : Finding.warning(
                        store.table(),
                        what + ": no index begins with " + column + ", so that it reads the whole table each time",
                        "CREATE INDEX ON " + TableSql.qualified(store.table()) + " (" + TableSql.quoted(column) + ")");
    }

    private static List<String> names(TableConnection connection, String select, StoreConfig store)
            throws SQLException {
        PreparedStatement statement = connection.prepare(select);
        statement.setString(1, TableSql.qualified(store.table()));
        List<String> names = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }
}
