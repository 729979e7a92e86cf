package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Gathers the statements of a host, and the places where they are used. */
final class Statements {
    private static final Pattern FINDS =
            Pattern.compile("(?:find|get|read|query|search|fetch|load|stream)(?:\\w*?)By(\\w+)");
    private static final Set<String> BY_ID = Set.of(
            "findById",
            "getById",
            "getReferenceById",
            "getOne",
            "findOne",
            "find",
            "getReference",
            "selectById",
            "findByIdOptional",
            "findByIdOrNull",
            "get");
    private static final Pattern OPERATORS =
            Pattern.compile("(?:Is|Equals|IgnoreCase)$|OrderBy.*$|(?:Desc|Asc)$|AllIgnoreCase$");
    private static final Set<String> OF_EVERY_ENTITY = Set.of("find", "getReference", "get", "findById", "selectById");

    private final HostCode code;
    private final List<Mapping> mappings;
    private final List<Use> uses = new ArrayList<>();
    /** Of scripts, of XML that belongs to no method, of annotations on classes: nobody is seen to use them. */
    private final List<Sql.Statement> unused = new ArrayList<>();

    private final Map<MethodFacts, List<String>> ofInterfaces = new HashMap<>();

    Statements(HostCode code, List<Mapping> mappings, List<MyBatisXml> mappers, List<String> scripts) {
        this.code = code;
        this.mappings = mappings;
        scripts.forEach(script -> unused.addAll(Sql.in(script)));
        mappers.forEach(this::addMapper);
        for (ClassFacts type : code.classes()) {
            type.annotations.stream()
                    .flatMap(each -> each.texts().values().stream().flatMap(List::stream))
                    .filter(Sql::isLikely)
                    .forEach(text -> unused.addAll(ofTables(Sql.in(text))));
            type.methods.forEach(this::addAnnotated);
        }
        Map<String, MethodFacts.FieldWrite> stored = storedTexts();
        for (MethodFacts method : code.methods()) {
            method.texts.forEach(text -> addText(text, method));
            for (Value.Field read : method.fieldReads) {
                MethodFacts.FieldWrite write = stored.get(read.owner() + "#" + read.name());
                if (write != null) {
                    addText(write.value(), method);
                }
            }
            method.calls.forEach(call -> addCall(call, method));
        }
    }

    List<Use> uses() {
        return uses;
    }

    /** All statements, used or not. */
    List<Sql.Statement> all() {
        List<Sql.Statement> all = new ArrayList<>(unused);
        uses.forEach(use -> all.add(use.statement()));
        return all;
    }

    /** Statements that were put together once, in an initializer or a constructor, and are used elsewhere. */
    private Map<String, MethodFacts.FieldWrite> storedTexts() {
        Map<String, MethodFacts.FieldWrite> stored = new HashMap<>();
        for (MethodFacts method : code.methods()) {
            if (method.name().startsWith("<")) {
                method.fieldWrites.forEach(write -> stored.put(write.owner() + "#" + write.name(), write));
            }
        }
        stored.values().removeIf(write -> !Sql.isLikely(Text.of(write.value()).words()));
        return stored;
    }

    private void addMapper(MyBatisXml mapper) {
        Optional<ClassFacts> type = code.classNamed(mapper.namespace());
        mapper.statements().forEach((id, text) -> {
            List<MethodFacts> named = type.stream()
                    .flatMap(each -> each.methods.stream())
                    .filter(method -> method.name().equals(id))
                    .toList();
            named.forEach(method -> ofInterfaces
                    .computeIfAbsent(method, unused -> new ArrayList<>())
                    .add(text));
            unused.addAll(Sql.in(text));
        });
    }

    private void addAnnotated(MethodFacts method) {
        for (Annotation annotation : method.annotations) {
            for (List<String> texts : annotation.texts().values()) {
                String text = String.join(" ", texts);
                if (Sql.isLikely(text)) {
                    ofInterfaces
                            .computeIfAbsent(method, unused -> new ArrayList<>())
                            .add(text);
                    unused.addAll(ofTables(Sql.in(text)));
                }
            }
        }
    }

    private void addText(Value value, MethodFacts body) {
        Text text = Text.of(value);
        if (!Sql.isLikely(text.words())) {
            return;
        }
        for (Sql.Statement statement : ofTables(Sql.in(text.words()))) {
            uses.add(new Use(statement, body, Optional.empty(), List.of(), text.holes(), "SQL in " + shortName(body)));
        }
    }

    private void addCall(Call call, MethodFacts body) {
        Optional<Mapping> entity =
                mappings.stream().filter(mapping -> isOfEntity(call, mapping)).findFirst();
        if (entity.isPresent()) {
            addFind(call, entity.get(), body);
        }
        for (MethodFacts reached : code.reachedBy(call.target())) {
            for (String text : ofInterfaces.getOrDefault(reached, List.of())) {
                for (Sql.Statement statement : ofTables(Sql.in(text))) {
                    uses.add(new Use(
                            statement,
                            body,
                            Optional.of(call),
                            parameterNames(reached),
                            List.of(),
                            "SQL of " + shortName(reached)));
                }
            }
        }
    }

    private static List<String> parameterNames(MethodFacts method) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < method.parameters().size(); i++) {
            names.add(method.parameterName(i));
        }
        return names;
    }

    /** Whether a call goes to a repository of the entity, to the entity's own finders, or names its class. */
    private boolean isOfEntity(Call call, Mapping mapping) {
        if (call.owner().equals(mapping.type().internalName)) {
            return BY_ID.contains(call.name()) && code.reachedBy(call.target()).isEmpty();
        }
        boolean namesIt = OF_EVERY_ENTITY.contains(call.name())
                && call.arguments().size() >= 2
                && call.arguments().get(0) instanceof Value.Constant constant
                && constant.content() instanceof Value.TypeName type
                && type.name().equals(mapping.type().internalName);
        return namesIt
                || code.classNamed(call.owner())
                        .filter(owner -> isRepositoryOf(owner, mapping, 0))
                        .isPresent();
    }

    private boolean isRepositoryOf(ClassFacts type, Mapping mapping, int depth) {
        for (DeclaredType above : type.supertypes) {
            boolean isOfIt = above.arguments().stream()
                    .anyMatch(argument -> argument.name().equals(mapping.type().binaryName()));
            boolean isInherited = depth < 5
                    && code.classNamed(above.name())
                            .filter(each -> isRepositoryOf(each, mapping, depth + 1))
                            .isPresent();
            if ((isOfIt && above.simpleName().matches(".*(?:Repository|Mapper|Dao|DAO).*")) || isInherited) {
                return true;
            }
        }
        return false;
    }

    private void addFind(Call call, Mapping mapping, MethodFacts body) {
        boolean namesType = call.arguments().size() >= 2 && call.arguments().get(0) instanceof Value.Constant;
        List<Value> arguments =
                namesType ? call.arguments().subList(1, call.arguments().size()) : call.arguments();
        List<String> columns = columnsOf(call.name(), mapping);
        if (columns.isEmpty() || columns.size() > Math.max(1, arguments.size())) {
            return;
        }
        List<Sql.Condition> where = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            where.add(new Sql.Condition(columns.get(i), new Sql.Parameter(i + 1, "", -1)));
        }
        Sql.Statement statement =
                new Sql.Statement(Sql.Kind.SELECT, mapping.table(), List.of(), true, where, List.of(), List.of());
        Call handedOver = new Call(call.target(), call.receiver(), arguments);
        String source = shortName(call) + " of the entity " + mapping.type().simpleName();
        uses.add(new Use(statement, body, Optional.of(handedOver), List.of(), List.of(), source));
    }

    /** {@code findByUserAndChannel} finds by two columns; empty where the name tells none, or compares otherwise. */
    private static List<String> columnsOf(String finder, Mapping mapping) {
        if (BY_ID.contains(finder)) {
            return mapping.ids();
        }
        var derived = FINDS.matcher(finder);
        if (!derived.matches()) {
            return List.of();
        }
        List<String> columns = new ArrayList<>();
        for (String part : derived.group(1).replaceFirst("OrderBy.*$", "").split("And", -1)) {
            String name = OPERATORS.matcher(part).replaceAll("");
            String property = name.isEmpty() ? "" : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
            if (!mapping.columns().containsKey(property)) {
                return List.of();
            }
            columns.add(mapping.columnOf(property));
        }
        return columns;
    }

    /** A statement on an entity is one on its table. */
    private List<Sql.Statement> ofTables(List<Sql.Statement> statements) {
        List<Sql.Statement> all = new ArrayList<>();
        for (Sql.Statement statement : statements) {
            all.add(mappings.stream()
                    .filter(mapping ->
                            statement.table().equals(mapping.type().simpleName().replaceFirst(".*\\$", "")))
                    .findFirst()
                    .map(mapping -> translated(statement, mapping))
                    .orElse(statement));
        }
        return all;
    }

    private static Sql.Statement translated(Sql.Statement statement, Mapping mapping) {
        return new Sql.Statement(
                statement.kind(),
                mapping.table(),
                statement.columns().stream().map(mapping::columnOf).toList(),
                statement.selectsAll(),
                statement.where().stream()
                        .map(each -> new Sql.Condition(mapping.columnOf(each.column()), each.parameter()))
                        .toList(),
                statement.declared(),
                statement.uniques());
    }

    private String shortName(MethodFacts body) {
        return code.homeOf(body).shortName();
    }

    private static String shortName(Call call) {
        return call.owner().substring(call.owner().lastIndexOf('/') + 1) + "#" + call.name();
    }
}
