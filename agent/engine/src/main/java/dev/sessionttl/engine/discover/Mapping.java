package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A class of the host's that a framework maps to a table: JPA, Spring Data, Micronaut Data, MyBatis-Plus, by annotations.
 *
 * @param columns by property
 * @param ids the columns of its key
 * @param required columns that may not be null
 * @param uniques columns that are unique
 */
record Mapping(
        ClassFacts type,
        String table,
        Map<String, String> columns,
        List<String> ids,
        Set<String> required,
        Set<String> uniques) {

    private static final int DEEPEST = 10;

    /** @param isSnakeCase whether the framework calls {@code lastUsedAt} {@code last_used_at}, as Spring Boot has it done */
    static Optional<Mapping> of(ClassFacts type, HostCode code, boolean isSnakeCase) {
        Optional<Annotation> entity = type.annotation("Entity", "MappedEntity");
        Optional<Annotation> table = type.annotation("Table", "TableName");
        if (entity.isEmpty() && table.isEmpty()) {
            return Optional.empty();
        }
        boolean isSnake = isSnakeCase
                || entity.filter(each -> each.isNamed("MappedEntity")).isPresent()
                || table.filter(each ->
                                each.type().startsWith("org.springframework.data.") || each.isNamed("TableName"))
                        .isPresent();
        String name = table.flatMap(each -> each.text("name").or(() -> each.text("value")))
                .or(() -> entity.flatMap(each -> each.text("name").or(() -> each.text("value"))))
                .orElseGet(() -> named(type.simpleName().replaceFirst(".*\\$", ""), isSnake));
        Builder builder = new Builder(code, isSnake);
        builder.addFields(type, 0);
        return Optional.of(new Mapping(type, name, builder.columns, builder.ids, builder.required, builder.uniques));
    }

    private static String named(String property, boolean isSnakeCase) {
        return isSnakeCase ? SessionNames.snake(property) : property;
    }

    /** The column of a property, or the name itself, which may be a column's. */
    String columnOf(String name) {
        return columns.getOrDefault(name, name);
    }

    Optional<String> propertyOf(String column) {
        return columns.entrySet().stream()
                .filter(each -> each.getValue().equalsIgnoreCase(column))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static final class Builder {
        private final HostCode code;
        private final boolean isSnakeCase;
        private final Map<String, String> columns = new LinkedHashMap<>();
        private final List<String> ids = new ArrayList<>();
        private final Set<String> required = new TreeSet<>();
        private final Set<String> uniques = new TreeSet<>();

        Builder(HostCode code, boolean isSnakeCase) {
            this.code = code;
            this.isSnakeCase = isSnakeCase;
        }

        void addFields(ClassFacts type, int depth) {
            if (depth > DEEPEST) {
                return;
            }
            code.classNamed(type.superName).ifPresent(above -> addFields(above, depth + 1));
            for (FieldFacts field : type.fields) {
                List<Annotation> annotations = new ArrayList<>(field.annotations());
                type.methods.stream()
                        .filter(method -> method.types.parameters().isEmpty())
                        .filter(method -> HostCode.stepOf(method.name()).equals(field.name()))
                        .forEach(getter -> annotations.addAll(getter.annotations));
                if (!field.isStatic()
                        && !isNamed(annotations, "Transient", "OneToMany", "ManyToMany", "ElementCollection")) {
                    addField(field, annotations, depth);
                }
            }
        }

        private void addField(FieldFacts field, List<Annotation> annotations, int depth) {
            if (isNamed(annotations, "EmbeddedId")) {
                int before = columns.size();
                code.classNamed(field.type().name()).ifPresent(embedded -> addFields(embedded, depth + 1));
                ids.addAll(columns.values().stream().skip(before).toList());
                return;
            }
            Optional<Annotation> column = annotations.stream()
                    .filter(each -> each.isNamed("Column", "JoinColumn", "MappedProperty", "TableField", "TableId"))
                    .findFirst();
            String name = column.flatMap(each -> each.text("name").or(() -> each.text("value")))
                    .orElseGet(() -> named(field.name(), isSnakeCase));
            columns.put(field.name(), name);
            boolean isId = isNamed(annotations, "Id", "TableId");
            if (isId) {
                ids.add(name);
            }
            if (isId
                    || column.filter(each -> each.isFalse("nullable")).isPresent()
                    || isNamed(annotations, "NotNull")) {
                required.add(name);
            }
            if (column.filter(each -> each.isTrue("unique")).isPresent() || isNamed(annotations, "NaturalId")) {
                uniques.add(name);
            }
        }

        private static boolean isNamed(List<Annotation> annotations, String... names) {
            return annotations.stream().anyMatch(each -> each.isNamed(names));
        }
    }
}
