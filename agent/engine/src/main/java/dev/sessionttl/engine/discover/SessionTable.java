package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table in which the host keeps its sessions, as far as can be told.
 *
 * @param key the columns by which the host finds a row, or that tell one from another
 * @param isKeyUnique whether something says that they do
 */
record SessionTable(
        Table table, String sessionId, List<String> key, boolean isKeyUnique, Sureness sure, List<Use> reads) {
    private static final int READ_BY_KEY = 8;
    private static final int LAST_USED = 4;
    private static final int UPDATED = 2;

    /** The tables that may be it, the likeliest first. */
    static List<SessionTable> among(List<Table> tables, List<Use> uses, boolean hostResumes) {
        record Scored(SessionTable table, int score) {}
        List<Scored> found = new ArrayList<>();
        for (Table table : tables) {
            Optional<Sql.Column> id = table.columns().stream()
                    .max(Comparator.comparingInt(column -> SessionNames.idScore(column.name())));
            int score = id.map(column -> SessionNames.idScore(column.name())).orElse(0);
            if (score > (hostResumes ? 0 : 1) && !SessionNames.isOfBrowsers(table.name())) {
                SessionTable one = of(table, id.orElseThrow().name(), score, uses);
                int time = one.time().map(SessionNames::timeScore).orElse(0);
                found.add(new Scored(one, 10 * score + (one.reads.isEmpty() ? 0 : READ_BY_KEY) + time));
            }
        }
        return found.stream()
                .sorted(Comparator.comparingInt((Scored each) -> -each.score()))
                .map(Scored::table)
                .toList();
    }

    private static SessionTable of(Table table, String id, int score, List<Use> uses) {
        List<Use> reads = uses.stream()
                .filter(use -> use.statement().kind() == Sql.Kind.SELECT
                        && use.statement().isAbout(table.name())
                        && (use.statement().selectsAll()
                                || use.statement().columns().stream().anyMatch(id::equalsIgnoreCase)))
                .toList();
        List<String> key = keyOf(table, id, reads);
        boolean isUnique = table.isUnique(key);
        Sureness sure = score > 2 ? Sureness.HIGH : Sureness.MEDIUM;
        return new SessionTable(table, id, key, isUnique, sure, reads);
    }

    /** What rows are found by, if it is unique; else what tells them from each other; else what they are found by most. */
    private static List<String> keyOf(Table table, String id, List<Use> reads) {
        Map<List<String>, Integer> finders = new LinkedHashMap<>();
        for (Use read : reads) {
            Set<String> columns = new LinkedHashSet<>();
            read.statement().where().forEach(each -> columns.add(spelled(table, each.column())));
            columns.removeIf(id::equalsIgnoreCase);
            if (!columns.isEmpty()) {
                finders.merge(List.copyOf(columns), 1, Integer::sum);
            }
        }
        Comparator<Map.Entry<List<String>, Integer>> byUse = Map.Entry.comparingByValue();
        Optional<List<String>> unique = finders.entrySet().stream()
                .filter(each -> table.isUnique(each.getKey()))
                .max(byUse)
                .map(Map.Entry::getKey);
        boolean knowsUniques = !table.uniques().isEmpty();
        Optional<List<String>> primary = table.uniques().stream()
                .filter(columns -> columns.stream().noneMatch(id::equalsIgnoreCase))
                .findFirst();
        Optional<List<String>> most = finders.entrySet().stream().max(byUse).map(Map.Entry::getKey);
        return unique.or(() -> knowsUniques ? primary : Optional.empty())
                .or(() -> most)
                .or(() -> primary)
                .orElseGet(() -> List.of(id));
    }

    private static String spelled(Table table, String column) {
        return table.column(column).map(Sql.Column::name).orElse(column);
    }

    /** The column that a row's age is told by; when it began tells nothing of its use. */
    Optional<String> lastUsedAt() {
        return time().filter(column -> SessionNames.timeScore(column) >= UPDATED);
    }

    boolean isLastUsedSure() {
        return lastUsedAt()
                .filter(column -> SessionNames.timeScore(column) >= LAST_USED)
                .isPresent();
    }

    private Optional<String> time() {
        return table.columns().stream()
                .map(Sql.Column::name)
                .filter(name -> SessionNames.timeScore(name) > 0)
                .max(Comparator.comparingInt(SessionNames::timeScore));
    }

    /** Columns that a deleted row would take with it. */
    List<String> others() {
        return table.columns().stream()
                .map(Sql.Column::name)
                .filter(name -> !name.equalsIgnoreCase(sessionId)
                        && SessionNames.timeScore(name) == 0
                        && key.stream().noneMatch(name::equalsIgnoreCase)
                        && !name.toLowerCase(Locale.ROOT).matches("id|version|rowid"))
                .toList();
    }

    boolean mayClear() {
        return table.isDeclared()
                && table.column(sessionId)
                        .filter(column -> column.isNotNull() || column.isPrimaryKey())
                        .isEmpty();
    }

    boolean isKey(List<String> columns) {
        return columns.size() == key.size()
                && columns.stream().allMatch(column -> key.stream().anyMatch(column::equalsIgnoreCase));
    }
}
