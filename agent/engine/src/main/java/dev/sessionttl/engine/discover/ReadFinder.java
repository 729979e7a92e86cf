package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the methods that hand out a stored id: from each statement that reads it up to the first method that is given the key, or
 * returns the id. One site a statement, the lowest that serves.
 */
final class ReadFinder {
    private static final int HIGHEST = 3;

    private final HostCode code;
    private final SessionTable sessions;
    private final Resumers resumers;
    /** By the method; the surest of several findings at one counts. */
    private final Map<MethodFacts, Finding> sites = new LinkedHashMap<>();

    private final List<Finding> passedOver = new ArrayList<>();

    ReadFinder(HostCode code, SessionTable sessions, Resumers resumers) {
        this.code = code;
        this.sessions = sessions;
        this.resumers = resumers;
    }

    List<Finding> find() {
        for (Use use : sessions.reads()) {
            climb(use);
        }
        // What calls another site would decide once more what was decided below.
        Set<MethodFacts> above = new LinkedHashSet<>();
        for (MethodFacts site : sites.keySet()) {
            sites.keySet().stream()
                    .filter(other ->
                            other != site && code.closureOf(other, HIGHEST).contains(site))
                    .filter(other -> !code.closureOf(site, HIGHEST).contains(other))
                    .forEach(above::add);
        }
        sites.keySet().removeAll(above);
        if (sites.values().stream().noneMatch(Finding::isProposed)) {
            getter().ifPresent(passedOver::add);
        }
        List<Finding> all = new ArrayList<>(sites.values());
        all.addAll(passedOver);
        return all;
    }

    private void climb(Use use) {
        MethodFacts home = code.homeOf(use.body());
        List<String> columns = use.statement().where().stream()
                .map(Sql.Condition::column)
                .distinct()
                .toList();
        if (columns.isEmpty()) {
            passOver(home, use, "it reads all rows, so there is no one session to decide on");
            return;
        }
        if (!sessions.isKey(columns) && columns.stream().allMatch(sessions.sessionId()::equalsIgnoreCase)) {
            passOver(home, use, "it looks up a session by the id itself, which its caller has already");
            return;
        }
        Map<String, String> paths = new HashMap<>();
        for (Sql.Condition condition : use.statement().where()) {
            use.valueOf(condition.parameter())
                    .flatMap(value -> code.pathTo(value, use.body()))
                    .ifPresent(path -> paths.putIfAbsent(condition.column().toLowerCase(Locale.ROOT), path));
        }
        climb(use, home, List.of(), sessions.isKey(columns) ? pathsOfKey(paths) : List.of(), 0);
    }

    private List<String> pathsOfKey(Map<String, String> byColumn) {
        List<String> paths = new ArrayList<>();
        for (String column : sessions.key()) {
            String path = byColumn.get(column.toLowerCase(Locale.ROOT));
            if (path == null) {
                return List.of();
            }
            paths.add(path);
        }
        return paths;
    }

    /** @param key the paths to the values of the key in this method; empty where they cannot be told */
    private void climb(Use use, MethodFacts method, List<MethodFacts> way, List<String> key, int height) {
        Optional<Finding> site = siteAt(use, method, way, key);
        if (site.isPresent()) {
            sites.merge(method, site.get(), (one, other) -> one.sure().compareTo(other.sure()) <= 0 ? one : other);
            return;
        }
        if (method.returns().content().holdsMany()) {
            passOver(method, use, "it hands out many at once");
            return;
        }
        // What is no row and holds none leads to none: its callers return what came of it, a result with a session too.
        DeclaredType content = method.returns().content();
        boolean isRow =
                !content.isVoid() && !content.mayBeId() && content.name().indexOf('.') >= 0 && !content.isBoxed();
        if ((code.isCandidate(method) && !isRow) || height == HIGHEST) {
            return;
        }
        List<MethodFacts> further = new ArrayList<>(way);
        further.add(method);
        for (MethodFacts caller : code.callersOf(method)) {
            if (!further.contains(caller)) {
                climb(use, caller, further, code.lifted(key, method, caller), height + 1);
            }
        }
    }

    private Optional<Finding> siteAt(Use use, MethodFacts method, List<MethodFacts> way, List<String> key) {
        Optional<String> id = pathToId(use, method, way);
        if (!code.isCandidate(method) || id.isEmpty()) {
            return Optional.empty();
        }
        boolean isByKey = !key.isEmpty() && key.stream().allMatch(path -> HostShape.canResolve(code, method, path));
        boolean isSingle = key.isEmpty()
                && isFoundByKey(use)
                && method.parameters().size() == sessions.key().size();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("at", method.pointcut());
        Sureness sure = Sureness.HIGH;
        String how;
        if (isByKey) {
            entry.put("key", key.size() == 1 ? key.get(0) : key);
            how = "its key " + String.join(", ", key) + " is what the row is found by";
        } else if (isSingle && way.isEmpty()) {
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < method.parameters().size(); i++) {
                paths.add("arg" + i);
            }
            entry.put("key", paths.size() == 1 ? paths.get(0) : paths);
            how = "it takes as many values as the key has columns";
            sure = Sureness.MEDIUM;
        } else if (method.parameters().isEmpty() && way.isEmpty() && !resumers.isUsedBy(method)) {
            return Optional.empty();
        } else {
            entry.put("sessionId", id.get());
            how = "what the row is found by is not the key, so the id that it returns decides";
            sure = Sureness.MEDIUM;
        }
        Optional<MethodFacts> user = resumers.userOf(method);
        String link = user.map(found -> "; " + found.shortName() + " goes on with what it gets")
                .orElse("");
        return Optional.of(new Finding(
                Finding.Kind.READ,
                method.pointcut(),
                entry,
                use.source() + " reads " + sessions.table().name() + "." + sessions.sessionId() + "; " + how + link,
                user.isEmpty() && resumers.areKnown() ? sure.atMost(Sureness.MEDIUM) : sure,
                user.isEmpty() ? "whether what it returns is resumed anywhere" : ""));
    }

    private boolean isFoundByKey(Use use) {
        return sessions.isKey(use.statement().where().stream()
                .map(Sql.Condition::column)
                .distinct()
                .toList());
    }

    /** Where the id is in what the method returns; empty where it is not. */
    private Optional<String> pathToId(Use use, MethodFacts method, List<MethodFacts> way) {
        DeclaredType content = method.returns().content();
        if (content.mayBeId()) {
            return isIdItself(use, method, way) ? Optional.of("return") : Optional.empty();
        }
        Optional<String> member = HostShape.namesIn(code, content).stream()
                .filter(this::isNamedLikeId)
                .findFirst();
        return member.map(name -> "return." + name);
    }

    private boolean isNamedLikeId(String member) {
        Optional<String> property =
                sessions.table().mapping().flatMap(mapping -> mapping.propertyOf(sessions.sessionId()));
        return SessionNames.isSame(sessions.sessionId(), member)
                || property.filter(member::equals).isPresent()
                || SessionNames.idScore(member) == 3;
    }

    /** A text that is returned is the id if nothing else was read, or if the id is what was taken of the row. */
    private boolean isIdItself(Use use, MethodFacts method, List<MethodFacts> way) {
        Sql.Statement statement = use.statement();
        if (!statement.selectsAll() && statement.columns().size() == 1) {
            return true;
        }
        List<MethodFacts> all = new ArrayList<>(way);
        all.add(method);
        return all.stream().flatMap(each -> code.bodiesOf(each).stream()).anyMatch(body -> takesId(body, statement));
    }

    private boolean takesId(MethodFacts body, Sql.Statement statement) {
        int number = statement.columns().indexOf(sessions.sessionId()) + 1;
        boolean byCall = body.calls.stream()
                .anyMatch(call -> (call.arguments().isEmpty() && isNamedLikeId(HostCode.stepOf(call.name())))
                        || call.arguments().stream()
                                .anyMatch(value -> value instanceof Value.Constant constant
                                        && (constant.content().equals(sessions.sessionId())
                                                || (number > 0
                                                        && call.name().startsWith("get")
                                                        && constant.content().equals(number)))));
        return byCall
                || body.functions.stream()
                        .anyMatch(function ->
                                isNamedLikeId(HostCode.stepOf(function.code().name())))
                || body.fieldReads.stream().anyMatch(field -> isNamedLikeId(field.name()));
    }

    private void passOver(MethodFacts method, Use use, String why) {
        passedOver.add(new Finding(
                Finding.Kind.READ, method.pointcut(), Map.of(), use.source() + "; not proposed: " + why, Sureness.LOW));
    }

    /** Where no method is given a key: whoever reads the entity asks it for the id. */
    private Optional<Finding> getter() {
        return sessions.table()
                .mapping()
                .flatMap(mapping -> mapping.type().methods.stream()
                        .filter(method -> code.isCandidate(method)
                                && method.types.parameters().isEmpty()
                                && method.returns().content().mayBeId()
                                && isNamedLikeId(HostCode.stepOf(method.name())))
                        .findFirst()
                        .map(method -> new Finding(
                                Finding.Kind.READ,
                                method.pointcut(),
                                getterEntry(method),
                                "no method is given the key and returns the id; this is the getter of "
                                        + sessions.table().name() + "." + sessions.sessionId(),
                                Sureness.MEDIUM,
                                "whether the id is shown or copied through this getter as well")));
    }

    private static Map<String, Object> getterEntry(MethodFacts method) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("at", method.pointcut());
        entry.put("sessionId", "return");
        return entry;
    }
}
