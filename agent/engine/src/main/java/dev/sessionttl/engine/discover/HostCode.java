package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * The host's classes, and who calls whom. A lambda, a local class and a bridge belong to the method that they stand in, its <i>home</i>:
 * that is the one that a person knows.
 */
final class HostCode {
    private final Map<String, ClassFacts> classes = new LinkedHashMap<>();
    private final Map<String, List<ClassFacts>> subtypes = new HashMap<>();
    private final Map<MethodKey, MethodFacts> declared = new HashMap<>();
    private final Map<MethodFacts, MethodFacts> homes = new HashMap<>();
    private final Map<MethodFacts, List<MethodFacts>> bodies = new HashMap<>();
    private final Map<MethodFacts, Set<MethodFacts>> callees = new HashMap<>();
    private final Map<MethodFacts, Set<MethodFacts>> callers = new HashMap<>();
    /** The value that a lambda is at the place where it is made, and the body in which that is. */
    private final Map<MethodFacts, Made> made = new HashMap<>();

    private final List<MethodFacts> methods = new ArrayList<>();
    private final Map<String, List<MethodFacts>> readers = new HashMap<>();
    private final Map<String, List<MethodFacts>> writers = new HashMap<>();
    private final List<MethodFacts> sortedHomes;

    private record Made(MethodFacts in, Value.Function function) {}

    HostCode(Collection<ClassFacts> all) {
        for (ClassFacts each : all) {
            if (classes.putIfAbsent(each.internalName, each) == null) {
                each.methods.forEach(method -> declared.put(method.key, method));
            }
        }
        for (ClassFacts each : classes.values()) {
            subtypes.computeIfAbsent(each.superName, unused -> new ArrayList<>())
                    .add(each);
            each.interfaces.forEach(above ->
                    subtypes.computeIfAbsent(above, unused -> new ArrayList<>()).add(each));
        }
        classes.values().forEach(each -> methods.addAll(each.methods));
        noteLambdas();
        noteFields();
        methods.forEach(method -> bodies.computeIfAbsent(homeOf(method), unused -> new ArrayList<>())
                .add(method));
        methods.forEach(this::link);
        sortedHomes = bodies.keySet().stream()
                .sorted(Comparator.comparing((MethodFacts home) -> home.key.owner())
                        .thenComparing(home -> home.key.name())
                        .thenComparing(home -> home.key.descriptor()))
                .toList();
    }

    Collection<ClassFacts> classes() {
        return classes.values();
    }

    List<MethodFacts> methods() {
        return methods;
    }

    private void noteFields() {
        for (MethodFacts method : methods) {
            method.fieldReads.forEach(
                    read -> readers.computeIfAbsent(fieldKey(read.owner(), read.name()), unused -> new ArrayList<>())
                            .add(method));
            method.fieldWrites.forEach(
                    write -> writers.computeIfAbsent(fieldKey(write.owner(), write.name()), unused -> new ArrayList<>())
                            .add(method));
        }
    }

    private static String fieldKey(String owner, String name) {
        return owner + '#' + name;
    }

    Collection<MethodFacts> readersOf(ClassFacts owner, FieldFacts field) {
        return new LinkedHashSet<>(readers.getOrDefault(fieldKey(owner.internalName, field.name()), List.of()));
    }

    Collection<MethodFacts> writersOf(ClassFacts owner, FieldFacts field) {
        return new LinkedHashSet<>(writers.getOrDefault(fieldKey(owner.internalName, field.name()), List.of()));
    }

    Optional<ClassFacts> classNamed(String binaryName) {
        return Optional.ofNullable(classes.get(binaryName.replace('.', '/')));
    }

    /** Methods that a person wrote, each with its lambdas; in order of their names. */
    List<MethodFacts> homes() {
        return sortedHomes;
    }

    List<MethodFacts> bodiesOf(MethodFacts home) {
        return bodies.getOrDefault(home, List.of());
    }

    MethodFacts homeOf(MethodFacts method) {
        MethodFacts home = homes.get(method);
        if (home == null) {
            home = homeOf(method, new HashSet<>());
            homes.put(method, home);
        }
        return home;
    }

    private MethodFacts homeOf(MethodFacts method, Set<MethodFacts> passed) {
        if (!passed.add(method)) {
            return method;
        }
        Made place = made.get(method);
        if (place != null && method.isSynthetic()) {
            return homeOf(place.in(), passed);
        }
        Optional<MethodFacts> enclosing = method.owner.enclosing.map(declared::get);
        return enclosing.isPresent() ? homeOf(enclosing.get(), passed) : method;
    }

    private void noteLambdas() {
        for (MethodFacts method : methods) {
            for (Value.Function function : method.functions) {
                MethodFacts code = declared.get(function.code());
                if (code != null && code != method) {
                    made.putIfAbsent(code, new Made(method, function));
                }
            }
        }
    }

    private void link(MethodFacts method) {
        MethodFacts home = homeOf(method);
        List<MethodKey> targets = new ArrayList<>();
        method.calls.forEach(call -> targets.add(call.target()));
        method.functions.forEach(function -> targets.add(function.code()));
        for (MethodKey target : targets) {
            for (MethodFacts reached : reachedBy(target)) {
                MethodFacts callee = homeOf(reached);
                if (callee != home) {
                    callees.computeIfAbsent(home, unused -> new LinkedHashSet<>())
                            .add(callee);
                    callers.computeIfAbsent(callee, unused -> new LinkedHashSet<>())
                            .add(home);
                }
            }
        }
    }

    Set<MethodFacts> callersOf(MethodFacts home) {
        return callers.getOrDefault(home, Set.of());
    }

    Set<MethodFacts> calleesOf(MethodFacts home) {
        return callees.getOrDefault(home, Set.of());
    }

    /** The method itself and what it calls, so many calls deep. */
    Set<MethodFacts> closureOf(MethodFacts home, int depth) {
        Set<MethodFacts> closure = new LinkedHashSet<>(List.of(home));
        Set<MethodFacts> last = Set.of(home);
        for (int i = 0; i < depth; i++) {
            Set<MethodFacts> next = new LinkedHashSet<>();
            for (MethodFacts each : last) {
                next.addAll(calleesOf(each));
            }
            next.removeAll(closure);
            closure.addAll(next);
            last = next;
        }
        return closure;
    }

    /** The methods that a call may end in: as declared at or above the class that it names, and what overrides that. */
    List<MethodFacts> reachedBy(MethodKey target) {
        if (!classes.containsKey(target.owner())) {
            return List.of();
        }
        List<MethodFacts> reached = new ArrayList<>();
        declaration(target, 0).ifPresent(reached::add);
        if (!target.name().startsWith("<")) {
            addOverriding(target, target.owner(), reached, new HashSet<>());
        }
        return reached;
    }

    private Optional<MethodFacts> declaration(MethodKey target, int depth) {
        MethodFacts found = declared.get(target);
        ClassFacts owner = classes.get(target.owner());
        if (found != null || owner == null || depth > 20) {
            return Optional.ofNullable(found);
        }
        List<String> above = new ArrayList<>(List.of(owner.superName));
        above.addAll(owner.interfaces);
        for (String each : above) {
            Optional<MethodFacts> inherited =
                    declaration(new MethodKey(each, target.name(), target.descriptor()), depth + 1);
            if (inherited.isPresent()) {
                return inherited;
            }
        }
        return Optional.empty();
    }

    private void addOverriding(MethodKey target, String type, List<MethodFacts> into, Set<String> passed) {
        for (ClassFacts below : subtypes.getOrDefault(type, List.of())) {
            if (!passed.add(below.internalName)) {
                continue;
            }
            MethodFacts overriding =
                    declared.get(new MethodKey(below.internalName, target.name(), target.descriptor()));
            if (overriding != null && !into.contains(overriding)) {
                into.add(overriding);
            }
            addOverriding(target, below.internalName, into, passed);
        }
    }

    /** The calls in a method, its lambdas' among them. */
    List<Call> callsIn(MethodFacts home) {
        return bodiesOf(home).stream().flatMap(body -> body.calls.stream()).toList();
    }

    /** Whether anything can be woven into it, and a person would name it. */
    boolean isCandidate(MethodFacts method) {
        return method.hasCode
                && !method.isSynthetic()
                && !method.name().startsWith("<")
                && homeOf(method) == method
                && !method.name().contains("$");
    }

    /**
     * The value path that leads to a value, from the arguments of the home; empty where none does.
     *
     * @param body in which the value stands
     */
    Optional<String> pathTo(Value value, MethodFacts body) {
        return pathTo(value, body, Value.DEPTH);
    }

    private Optional<String> pathTo(Value value, MethodFacts body, int depth) {
        if (depth == 0) {
            return Optional.empty();
        }
        if (value instanceof Value.Parameter parameter) {
            return pathToParameter(parameter.index(), body, depth);
        }
        if (value instanceof Value.Self) {
            return homeOf(body) == body || body.owner == homeOf(body).owner ? Optional.of("this") : Optional.empty();
        }
        if (value instanceof Value.Field field && field.of().isPresent()) {
            return pathToField(field, body, depth);
        }
        if (value instanceof Value.Result result) {
            return pathToResult(result.call(), body, depth);
        }
        if (value instanceof Value.Figure figure) {
            return pathTo(figure.of(), body, depth - 1);
        }
        if (value instanceof Value.Either either) {
            return pathTo(either.one(), body, depth - 1).or(() -> pathTo(either.other(), body, depth - 1));
        }
        if (value instanceof Value.Joined joined) {
            List<Value> parts = joined.parts().stream()
                    .filter(part -> !Value.text(part).orElse("-").isEmpty())
                    .toList();
            return parts.size() == 1 ? pathTo(parts.get(0), body, depth - 1) : Optional.empty();
        }
        return Optional.empty();
    }

    /**
     * Paths from a method's arguments, as they are in one that calls it; none where not all can be told.
     *
     * @param paths in the callee
     */
    List<String> lifted(List<String> paths, MethodFacts callee, MethodFacts caller) {
        for (MethodFacts body : bodiesOf(caller)) {
            for (Call call : body.calls) {
                if (!paths.isEmpty() && reachedBy(call.target()).stream().anyMatch(each -> homeOf(each) == callee)) {
                    List<String> lifted = paths.stream()
                            .flatMap(path -> lifted(path, call, body).stream())
                            .toList();
                    if (lifted.size() == paths.size()) {
                        return lifted;
                    }
                }
            }
        }
        return List.of();
    }

    private Optional<String> lifted(String path, Call call, MethodFacts body) {
        int end = path.indexOf('.') < 0 ? path.length() : path.indexOf('.');
        String root = path.substring(0, end);
        Optional<Value> value = Optional.empty();
        if (root.equals("this")) {
            value = call.receiver();
        } else if (root.matches("arg\\d{1,3}")) {
            int index = Integer.parseInt(root.substring(3));
            value = index < call.arguments().size()
                    ? Optional.of(call.arguments().get(index))
                    : Optional.empty();
        }
        return value.flatMap(each -> pathTo(each, body)).map(start -> start + path.substring(end));
    }

    private Optional<String> pathToParameter(int index, MethodFacts body, int depth) {
        if (homeOf(body) == body) {
            return index < body.parameters().size() ? Optional.of("arg" + index) : Optional.empty();
        }
        Made place = made.get(body);
        if (place == null) {
            return Optional.empty();
        }
        // An instance's lambda is handed its instance as the first of what it captured.
        int captured = body.isStatic() ? index : index + 1;
        return captured < place.function().captured().size()
                ? pathTo(place.function().captured().get(captured), place.in(), depth - 1)
                : Optional.empty();
    }

    private Optional<String> pathToField(Value.Field field, MethodFacts body, int depth) {
        MethodFacts home = homeOf(body);
        boolean isOfLocalClass = field.of().get() instanceof Value.Self && body.owner != home.owner;
        if (isOfLocalClass) {
            String name = field.name().replaceFirst("^(?:val)?\\$", "");
            for (int i = 0; i < home.parameters().size(); i++) {
                if (home.parameterName(i).equals(name)) {
                    return Optional.of("arg" + i);
                }
            }
            return Optional.empty();
        }
        return pathTo(field.of().get(), body, depth - 1).map(path -> path + "." + field.name());
    }

    private Optional<String> pathToResult(Call call, MethodFacts body, int depth) {
        if (call.receiver().isEmpty()) {
            return call.arguments().size() == 1 && CONVERSIONS.contains(call.name())
                    ? pathTo(call.arguments().get(0), body, depth - 1)
                    : Optional.empty();
        }
        boolean isHandedOn = call.arguments().isEmpty()
                ? CONTENTS.contains(call.name())
                : call.name().startsWith("orElse");
        if (!isHandedOn && !call.arguments().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> receiver = pathTo(call.receiver().get(), body, depth - 1);
        return isHandedOn ? receiver : receiver.map(path -> path + "." + stepOf(call.name()));
    }

    /** What changes nothing of an id. */
    private static final Set<String> CONVERSIONS = Set.of(
            "valueOf",
            "fromString",
            "toString",
            "of",
            "ofNullable",
            "requireNonNull",
            "singletonList",
            "nullOutSpilledVariable");

    /** What value paths look into by themselves, or what changes nothing. */
    private static final Set<String> CONTENTS =
            Set.of("get", "orElseThrow", "toString", "strip", "trim", "join", "block");

    static String stepOf(String accessor) {
        boolean isGetter =
                accessor.length() > 3 && accessor.startsWith("get") && Character.isUpperCase(accessor.charAt(3));
        return isGetter ? Character.toLowerCase(accessor.charAt(3)) + accessor.substring(4) : accessor;
    }

    static boolean isStaticInitializer(MethodFacts method) {
        return method.name().equals("<clinit>") && (method.access & Opcodes.ACC_STATIC) != 0;
    }
}
