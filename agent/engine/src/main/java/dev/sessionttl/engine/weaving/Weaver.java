package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.classfile.ClassHeader;
import dev.sessionttl.engine.classfile.DeclaredType;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import dev.sessionttl.engine.report.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.MethodVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Weaves calls of the door into the methods of one class that the targets' pointcuts match. The class keeps its shape:
 * nothing is added to it, so that it stays retransformable (law 8). Any thread may call.
 */
final class Weaver {
    private static final int NAMES_TOLD = 3;

    /** How calls of the door come into one method. */
    private record Woven(int site, Form form) {
        MethodVisitor into(MethodCode.Method method, MethodVisitor code) {
            return form.around(method, site, code);
        }
    }

    @FunctionalInterface
    private interface Form {
        MethodVisitor around(MethodCode.Method method, int site, MethodVisitor code);
    }

    private final WovenMethods woven;
    private final Consumer<Problem> problems;
    private final Set<String> toldEntities = ConcurrentHashMap.newKeySet();

    /** @param problems told of what a person has to put right in the config */
    Weaver(WovenMethods woven, Consumer<Problem> problems) {
        this.woven = woven;
        this.problems = problems;
    }

    /**
     * @param targets whose type pattern matches the class or, with a {@code +}, a type above it
     * @return the woven class file; empty where no method matched
     */
    Optional<byte[]> weave(@Nullable ClassLoader loader, byte[] classFile, List<Target> targets) {
        HostClass type = HostClass.of(classFile, loader);
        Map<String, Woven> methods = new HashMap<>();
        for (ClassHeader.Method method : type.header().methods()) {
            if (isWeavable(method)) {
                woven(type, method, targets)
                        .ifPresent(found -> methods.put(method.name() + method.descriptor(), found));
            }
        }
        Optional<byte[]> wovenFile = methods.isEmpty()
                ? Optional.empty()
                : Optional.of(MethodCode.in(classFile, (method, code) -> {
                    Woven found = methods.get(method.name() + method.descriptor());
                    return found == null ? code : found.into(method, code);
                }));
        // Only now: a class that could not be woven must not be counted as if it were.
        for (ClassHeader.Method method : type.header().methods()) {
            if (methods.containsKey(method.name() + method.descriptor())) {
                targets.stream().filter(target -> names(target, method)).forEach(target -> count(type, method, target));
            }
        }
        targets.forEach(target -> tellWhereNothingMatched(type, target));
        return wovenFile;
    }

    private static boolean names(Target target, ClassHeader.Method method) {
        return target.pointcut().matchesMethod(method.name(), method.parameterTypes());
    }

    private void count(HostClass type, ClassHeader.Method method, Target target) {
        if (target.wovenMethods().add(type.signature(method))) {
            Log.debug("woven: " + type.signature(method) + " for " + target.pointcut());
            tellImpossiblePaths(type, method, target);
        }
    }

    private static boolean isWeavable(ClassHeader.Method method) {
        // A bridge only calls the method that it stands for, and that one is woven.
        return !method.isTypeInitializer() && !method.isAbstract() && !method.isNative() && !method.isSynthetic();
    }

    private Optional<Woven> woven(HostClass type, ClassHeader.Method method, List<Target> targets) {
        List<Target> named =
                targets.stream().filter(target -> names(target, method)).toList();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        HostMethod host = type.describe(method);
        if (host.isOfEntity()) {
            named.stream().filter(Target::deletesReadRows).forEach(target -> tellOfEntity(type, target));
        }
        WovenMethod site = WovenMethod.of(
                type.signature(method),
                named.stream().map(target -> target.siteIn(host)).toList(),
                method.returnType(),
                host.suspends());
        String name = type.name() + "#" + method.name() + method.descriptor();
        return Optional.of(new Woven(woven.put(type.loader(), name, site), formOf(method, site)));
    }

    private static Form formOf(ClassHeader.Method method, WovenMethod site) {
        if (method.isConstructor()) {
            return DoorCode::built;
        }
        if (site.isLogAlone()) {
            return DoorCode::told;
        }
        return site.isDecidedOnExitAlone() ? DoorCode::handedOut : DoorCode::entered;
    }

    private void tellOfEntity(HostClass type, Target target) {
        if (toldEntities.add(type.name())) {
            problems.accept(new Problem(
                    target.place(),
                    type.name() + " is a JPA entity; a refused resume deletes its row, and its next flush then fails",
                    "write \"expire\": \"clear-session-id\" in sessionTtl.store"));
        }
    }

    private void tellImpossiblePaths(HostClass type, ClassHeader.Method method, Target target) {
        for (ValuePath path : target.paths()) {
            problemOf(path, type, method)
                    .ifPresent(
                            problem -> problems.accept(
                                    new Problem(
                                            target.place(),
                                            problem + " (woven into " + type.signature(method) + ")",
                                            "until the path is put right this site finds no value there and leaves the host as it is")));
        }
    }

    private static Optional<String> problemOf(ValuePath path, HostClass type, ClassHeader.Method method) {
        List<DeclaredType> parameters = method.types().parameters();
        return switch (path.root()) {
            case ARGUMENT ->
                path.argumentIndex() < parameters.size()
                        ? path.problemOn(type.shapeOf(parameters.get(path.argumentIndex())))
                        : Optional.of(path + ": the method has only " + parameters.size() + " parameters");
            case THIS ->
                method.isStatic()
                        ? Optional.of(path + ": a static method has no 'this'")
                        : path.problemOn(type.shapeOf(new DeclaredType(type.name(), List.of())));
            case RETURN ->
                method.returnType().equals("void")
                        ? Optional.of(path + ": the method returns nothing")
                        : path.problemOn(type.shapeOf(method.types().returns()));
            // What is thrown is hardly ever declared as what it is.
            case THROWN -> Optional.empty();
        };
    }

    /**
     * Law 7: the class is there, and still nothing was woven. Of the many classes that a pattern takes in, most have no
     * such method and need none: there only the report on the whole pointcut can tell.
     */
    private void tellWhereNothingMatched(HostClass type, Target target) {
        Pointcut pointcut = target.pointcut();
        if (pointcut.exactTypeName().filter(type.name()::equals).isEmpty()
                || !target.wovenMethods().isEmpty()) {
            return;
        }
        boolean isAbstract =
                type.header().methods().stream().anyMatch(method -> method.isAbstract() && names(target, method));
        if (isAbstract && pointcut.includesSubtypes()) {
            return;
        }
        String what = pointcut + " matched no method of " + type.name();
        problems.accept(
                isAbstract
                        ? new Problem(
                                target.place(),
                                what + ": there it has no body",
                                "write " + type.name() + "+ to mean the types that implement it")
                        : new Problem(
                                target.place(), what, "it has " + nearestMethods(type, pointcut.methodPattern())));
    }

    /** By name alone: beside a long parameter list the difference between two names would count for nothing. */
    private static List<String> nearestMethods(HostClass type, String wanted) {
        Map<String, List<String>> signatures = new LinkedHashMap<>();
        for (ClassHeader.Method method : type.header().methods()) {
            if (!method.isTypeInitializer()
                    && !method.isSynthetic()
                    && method.isConstructor() == wanted.equals("<init>")) {
                signatures
                        .computeIfAbsent(method.name(), unused -> new ArrayList<>())
                        .add(type.signature(method));
            }
        }
        List<String> nearest = Nearest.to(wanted, signatures.keySet(), NAMES_TOLD);
        return (nearest.isEmpty() ? signatures.keySet() : nearest)
                .stream()
                        .flatMap(name -> signatures.getOrDefault(name, List.of()).stream())
                        .limit(NAMES_TOLD)
                        .toList();
    }
}
