package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of one table, from all that mentions it. */
final class Table {
    private final String name;
    private final Map<String, Sql.Column> columns = new LinkedHashMap<>();
    private final List<List<String>> uniques = new ArrayList<>();
    private final Set<String> sources = new LinkedHashSet<>();
    private Optional<Mapping> mapping = Optional.empty();
    private boolean isDeclared;

    Table(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Collection<Sql.Column> columns() {
        return columns.values();
    }

    Optional<Sql.Column> column(String named) {
        return Optional.ofNullable(columns.get(named.toLowerCase(Locale.ROOT)));
    }

    /** Sets of columns that tell one row from another, the primary key first. */
    List<List<String>> uniques() {
        return uniques;
    }

    Optional<Mapping> mapping() {
        return mapping;
    }

    /** Where it was met, for people. */
    Set<String> sources() {
        return sources;
    }

    /** Whether all of its columns are known, not only those that somebody used. */
    boolean isDeclared() {
        return isDeclared;
    }

    void add(Sql.Statement statement) {
        if (statement.kind() == Sql.Kind.CREATE) {
            statement.declared().forEach(this::declare);
            uniques.addAll(statement.uniques());
            isDeclared = true;
            sources.add("CREATE TABLE");
            return;
        }
        statement.columns().forEach(this::mention);
        statement.where().forEach(each -> mention(each.column()));
        sources.add(statement.kind().name());
    }

    void add(Mapping added) {
        mapping = Optional.of(added);
        isDeclared = true;
        for (String column : added.columns().values()) {
            boolean isId = added.ids().contains(column);
            declare(new Sql.Column(
                    column,
                    "",
                    added.required().contains(column),
                    isId,
                    added.uniques().contains(column)));
        }
        if (!added.ids().isEmpty()) {
            uniques.add(0, added.ids());
        }
        added.uniques().forEach(column -> uniques.add(List.of(column)));
        sources.add("the entity " + added.type().simpleName());
    }

    void addSourcesOf(Table sameByCode) {
        sources.addAll(sameByCode.sources);
        mapping = sameByCode.mapping;
    }

    /** A database knows best; its names are taken as they stand there. */
    void addOfDatabase(List<Sql.Column> all, List<List<String>> keys) {
        columns.clear();
        uniques.clear();
        all.forEach(this::declare);
        uniques.addAll(keys);
        isDeclared = true;
        sources.add("the database");
    }

    private void declare(Sql.Column column) {
        columns.put(column.name().toLowerCase(Locale.ROOT), column);
    }

    private void mention(String column) {
        if (!column.isEmpty() && !column.equals("*")) {
            columns.putIfAbsent(column.toLowerCase(Locale.ROOT), new Sql.Column(column, "", false, false, false));
        }
    }

    boolean isUnique(Collection<String> some) {
        return uniques.stream()
                .anyMatch(unique -> unique.size() == some.size()
                        && unique.stream().allMatch(column -> some.stream().anyMatch(column::equalsIgnoreCase)));
    }
}
