package dev.sessionttl.engine.store;

import dev.sessionttl.engine.config.StoreConfig;
import dev.sessionttl.engine.config.TimestampFormat;
import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.report.Finding;
import dev.sessionttl.engine.report.Log;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells what a sample of the last-used values is taken for, and where the column evidently means something else. */
final class TimestampReview {
    private static final int SAMPLE_ROWS = 1_000;
    /** Fewer rows may agree by chance. */
    private static final int ENOUGH_ROWS = 5;

    private static final long SAME_MILLIS = 1_000;
    private static final Pattern OF_THE_BEGINNING = Pattern.compile("(?i).*(?:creat|insert|start|began|open).*");
    private static final Pattern MAYBE_TIME =
            Pattern.compile("(?i).*(?:_at|_on|time|date|creat|insert|start|updat|modif|used|activ|seen|last).*");
    private static final String OBSERVED = "name the column that moves with each use, or write \"lastUsedAt\":"
            + " \"observed\": then the agent remembers itself when it saw an id used";

    private final boolean isSqlite;
    private final StoreConfig store;
    private final MaxSessionAge maxAge;
    private final Timestamps timestamps;
    private final String place;
    private final List<Finding> findings = new ArrayList<>();

    TimestampReview(boolean isSqlite, StoreConfig store, MaxSessionAge maxAge) {
        this.isSqlite = isSqlite;
        this.store = store;
        this.maxAge = maxAge;
        this.timestamps = Timestamps.of(store.timestamps());
        this.place = store.table() + "." + store.lastUsedAt();
    }

    /** @param columns the table's, in lower case, with their types */
    List<Finding> of(TableConnection connection, Map<String, String> columns) throws SQLException {
        List<@Nullable Object> values = sample(connection, store.lastUsedAt());
        if (values.isEmpty()) {
            findings.add(Finding.note(place, "the table holds no session, so that nothing can be told of its times"));
            return findings;
        }
        tellKinds(values);
        List<LastUsed> lastUsed = values.stream().map(timestamps::read).toList();
        tellOfThoseAhead(lastUsed);
        tellWhereAllAreTheSame(values);
        for (String other : columns.keySet()) {
            if (MAYBE_TIME.matcher(other).matches() && !isOurs(other)) {
                compare(other, lastUsed, sample(connection, other));
            }
        }
        return findings;
    }

    private boolean isOurs(String column) {
        return Stream.concat(Stream.of(store.lastUsedAt(), store.sessionId()), store.key().stream())
                .anyMatch(column::equalsIgnoreCase);
    }

    /** The same rows for every column, since a table at rest gives them in the same order. */
    private List<@Nullable Object> sample(TableConnection connection, String column) throws SQLException {
        Names names = Names.of(store);
        String shown = names.alias() + "." + TableSql.quoted(column) + (isSqlite ? "" : "::text");
        List<@Nullable Object> values = new ArrayList<>();
        try (ResultSet result = connection
                .prepare("SELECT " + shown + " FROM " + names.table() + " WHERE " + names.sessionId()
                        + " IS NOT NULL LIMIT " + SAMPLE_ROWS)
                .executeQuery()) {
            while (result.next()) {
                values.add(result.getObject(1));
            }
        }
        return values;
    }

    private void tellKinds(List<@Nullable Object> values) {
        Map<String, Long> kinds = new TreeMap<>(values.stream()
                .collect(Collectors.groupingBy(value -> TimestampKinds.of(timestamps, value), Collectors.counting())));
        Long untold = kinds.remove(TimestampKinds.UNTOLD);
        Long missing = kinds.remove("NULL");
        if (!kinds.isEmpty()) {
            findings.add(Finding.ok(
                    place,
                    kinds.entrySet().stream()
                                    .map(kind ->
                                            kind.getValue() + " of " + values.size() + " values are " + kind.getKey())
                                    .collect(Collectors.joining(", "))
                            + range(values)));
        }
        if (missing != null) {
            findings.add(Finding.warning(
                    place,
                    missing + " of " + values.size() + " values are NULL: such a session never expires by age",
                    missing == values.size() ? OBSERVED : ""));
        }
        if (untold != null) {
            tellUntold(values, untold);
        }
    }

    private void tellUntold(List<@Nullable Object> values, long untold) {
        Object one = values.stream()
                .filter(value -> TimestampKinds.of(timestamps, value).equals(TimestampKinds.UNTOLD))
                .findFirst()
                .orElseThrow();
        boolean autoTells = Timestamps.AUTO.read(one).epochMillis().isPresent();
        String what = untold + " of " + values.size() + " values tell no moment"
                + (store.timestamps() == TimestampFormat.AUTO
                        ? ""
                        : " as " + store.timestamps().name().toLowerCase(Locale.ROOT))
                + ", such as " + Log.shortened(String.valueOf(one)) + ": such a session never expires by age";
        String remedy = autoTells
                ? "\"timestamps\": \"auto\" takes it for " + TimestampKinds.of(Timestamps.AUTO, one)
                : "is " + store.lastUsedAt() + " the right column? " + OBSERVED;
        findings.add(
                untold == values.size() ? Finding.error(place, what, remedy) : Finding.warning(place, what, remedy));
    }

    private String range(List<@Nullable Object> values) {
        List<Long> moments = values.stream()
                .map(value -> timestamps.read(value).epochMillis())
                .flatMapToLong(OptionalLong::stream)
                .sorted()
                .boxed()
                .toList();
        return ", from " + Instant.ofEpochMilli(moments.get(0)) + " to "
                + Instant.ofEpochMilli(moments.get(moments.size() - 1));
    }

    private void tellOfThoseAhead(List<LastUsed> lastUsed) {
        long ahead = lastUsed.stream()
                .filter(value -> value.epochMillis().isPresent() && maxAge.cannotJudge(value))
                .count();
        if (ahead > 0) {
            findings.add(Finding.warning(
                    place,
                    ahead + " of " + lastUsed.size()
                            + " values lie more than a day ahead: such a session never expires",
                    "a column that tells when a session ends is not the one that tells when it was last used"));
        }
    }

    private void tellWhereAllAreTheSame(List<@Nullable Object> values) {
        if (values.size() >= ENOUGH_ROWS
                && values.get(0) != null
                && values.stream().distinct().count() == 1) {
            findings.add(Finding.warning(
                    place,
                    "all " + values.size()
                            + " values are the same: they were set at once, by a migration maybe, and not" + " by use",
                    OBSERVED));
        }
    }

    /** Another column of times shows it where ours never moves, or moves less. */
    private void compare(String other, List<LastUsed> lastUsed, List<@Nullable Object> others) {
        int both = 0;
        int same = 0;
        int later = 0;
        for (int i = 0; i < Math.min(lastUsed.size(), others.size()); i++) {
            OptionalLong ours = lastUsed.get(i).epochMillis();
            OptionalLong theirs = Timestamps.AUTO.read(others.get(i)).epochMillis();
            if (ours.isPresent() && theirs.isPresent()) {
                long ahead = theirs.getAsLong() - ours.getAsLong();
                both++;
                same += Math.abs(ahead) <= SAME_MILLIS ? 1 : 0;
                later += ahead > SAME_MILLIS ? 1 : 0;
            }
        }
        if (both < ENOUGH_ROWS) {
            return;
        }
        if (same == both && OF_THE_BEGINNING.matcher(other).matches()) {
            findings.add(Finding.warning(
                    place,
                    "it equals " + other + " in all " + both
                            + " rows: it is set when a session begins and does not move"
                            + " with use, so that sessions in use would expire",
                    OBSERVED));
        } else if (2 * later > both) {
            findings.add(Finding.warning(
                    place,
                    other + " is later in " + later + " of " + both
                            + " rows: does that tell when a session was last used?",
                    "then write \"lastUsedAt\": \"" + other + "\""));
        }
    }
}
