package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds ids that the host keeps in memory: maps of sessions, and fields with a getter. */
final class MemoryReads {
    private static final Pattern SESSIONS = Pattern.compile("(?i).*(?:session|conversation|resume|thread|chat).*");
    private static final Pattern MAPS = Pattern.compile(
            "java\\.util\\.(?:concurrent\\.)?\\w*Map|com\\.(?:github\\.benmanes\\.caffeine|google\\.common)\\.cache\\.\\w*Cache|javax\\.cache\\.Cache");
    private static final Set<String> GETS = Set.of("get", "getOrDefault", "getIfPresent", "getUnchecked");

    private final HostCode code;
    private final Resumers resumers;

    MemoryReads(HostCode code, Resumers resumers) {
        this.code = code;
        this.resumers = resumers;
    }

    List<Finding> find() {
        List<Finding> maps = new ArrayList<>();
        List<Finding> fields = new ArrayList<>();
        for (ClassFacts type : code.classes()) {
            for (FieldFacts field : type.fields) {
                Optional<String> step = stepInMap(type, field);
                if (step.isPresent()) {
                    readersOf(type, field, step.get()).forEach(maps::add);
                } else if (!field.isStatic() && field.type().mayBeId() && SessionNames.idScore(field.name()) > 1) {
                    getterOf(type, field).ifPresent(fields::add);
                }
            }
        }
        return maps.stream().anyMatch(Finding::isProposed) ? maps : fields.isEmpty() ? maps : fields;
    }

    /** The rest of the path from a value of the map to the id in it; empty where the field is no map of sessions. */
    private Optional<String> stepInMap(ClassFacts type, FieldFacts field) {
        List<DeclaredType> arguments = field.type().arguments();
        boolean isMap = MAPS.matcher(field.type().name()).matches() && arguments.size() == 2;
        boolean isOfSessions = SESSIONS.matcher(field.name()).matches()
                || SESSIONS.matcher(type.simpleName()).matches();
        if (!isMap || !isOfSessions) {
            return Optional.empty();
        }
        DeclaredType value = arguments.get(1);
        if (value.mayBeId()) {
            return value.equals(DeclaredType.OBJECT) ? Optional.empty() : Optional.of("");
        }
        return HostShape.namesIn(code, value).stream()
                .filter(name -> SessionNames.idScore(name) > 1)
                .filter(name -> HostShape.memberType(code, value, name)
                        .filter(member -> member.content().mayBeId())
                        .isPresent())
                .findFirst()
                .map(name -> "." + name);
    }

    private List<Finding> readersOf(ClassFacts type, FieldFacts field, String step) {
        List<Finding> found = new ArrayList<>();
        DeclaredType value = field.type().arguments().get(1);
        for (MethodFacts method : code.readersOf(type, field)) {
            MethodFacts home = code.homeOf(method);
            boolean gets = method.calls.stream()
                    .anyMatch(call -> GETS.contains(call.name())
                            && call.receiver()
                                    .filter(map -> isField(map, type, field))
                                    .isPresent());
            DeclaredType content = home.returns().content();
            boolean returnsIt = content.equals(value) || (content.mayBeId() && value.mayBeId());
            if (gets && returnsIt && code.isCandidate(home)) {
                found.add(finding(
                        home,
                        "return" + step,
                        "it looks a session up in the map " + type.simpleName() + "." + field.name(),
                        Sureness.HIGH));
            }
        }
        return found;
    }

    private static boolean isField(Value value, ClassFacts type, FieldFacts field) {
        return value instanceof Value.Field read
                && read.owner().equals(type.internalName)
                && read.name().equals(field.name());
    }

    /** A record's component, or a field that is set once, belongs to a result or a request; a session's changes. */
    private Optional<Finding> getterOf(ClassFacts type, FieldFacts field) {
        boolean isSetLater = code.writersOf(type, field).stream()
                .anyMatch(method -> !method.name().startsWith("<"));
        return type.methods.stream()
                .filter(method -> isSetLater
                        && code.isCandidate(method)
                        && method.types.parameters().isEmpty())
                .filter(method -> method.returned.stream().anyMatch(value -> isField(value, type, field)))
                .findFirst()
                .map(method -> finding(
                        method,
                        "return",
                        "it is the getter of a field that changes, " + type.simpleName() + "." + field.name(),
                        Sureness.MEDIUM));
    }

    private Finding finding(MethodFacts method, String path, String why, Sureness sure) {
        Optional<MethodFacts> user = resumers.userOf(method);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("at", method.pointcut());
        entry.put("sessionId", path);
        Sureness cautious = sure == Sureness.HIGH ? Sureness.MEDIUM : Sureness.LOW;
        return new Finding(
                Finding.Kind.READ,
                method.pointcut(),
                entry,
                why
                        + user.map(found -> "; " + found.shortName() + " goes on with what it gets")
                                .orElse(""),
                user.isPresent() ? sure : cautious,
                user.isPresent() ? "" : "whether what it returns is resumed anywhere");
    }
}
