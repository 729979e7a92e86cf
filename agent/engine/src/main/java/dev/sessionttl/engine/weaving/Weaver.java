package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.report.Log;
import dev.sessionttl.engine.report.Nearest;
import dev.sessionttl.engine.report.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeInitializer;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.auxiliary.AuxiliaryType;
import net.bytebuddy.implementation.bytecode.constant.IntegerConstant;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the advice into the methods of one class that the targets' pointcuts match. The class keeps its shape: nothing
 * is added to it, so that it stays retransformable (law 8). Any thread may call.
 */
final class Weaver {
    private static final int NAMES_TOLD = 3;

    /** A method's number, and the class whose code is copied into it. */
    private record Numbered(int number, Class<?> advice) {}

    private record Advised(MethodDescription method, Advice advice) {
        MethodVisitor wrap(TypeDescription type, MethodVisitor code, Implementation.Context context, TypePool pool) {
            return advice.wrap(
                    type, method, code, context, pool, AsmVisitorWrapper.NO_FLAGS, AsmVisitorWrapper.NO_FLAGS);
        }
    }

    private final WovenMethods woven;
    private final Consumer<Problem> problems;
    private final Set<String> toldEntities = ConcurrentHashMap.newKeySet();
    private final ClassFileLocator ownClasses = ClassFileLocator.ForClassLoader.of(Weaver.class.getClassLoader());

    /** @param problems told of what a person has to put right in the config */
    Weaver(WovenMethods woven, Consumer<Problem> problems) {
        this.woven = woven;
        this.problems = problems;
    }

    /**
     * @param targets whose type pattern matches the class, or, with a {@code +}, may match a type above it
     * @return the woven class file; empty where no method matched
     */
    Optional<byte[]> weave(@Nullable ClassLoader loader, String typeName, byte[] classFile, List<Target> targets) {
        ClassFileLocator locator = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(typeName, classFile), ClassFileLocator.ForClassLoader.of(loader));
        TypeDescription type = new TypePool.Default.WithLazyResolution(
                        new TypePool.CacheProvider.Simple(), locator, TypePool.Default.ReaderMode.FAST)
                .describe(typeName)
                .resolve();
        List<Target> matching = matching(type, targets);
        Map<MethodDescription.InDefinedShape, Numbered> numbered = new HashMap<>();
        for (MethodDescription.InDefinedShape method : type.getDeclaredMethods()) {
            if (isWeavable(method)) {
                number(loader, method, matching).ifPresent(number -> numbered.put(method, number));
            }
        }
        Optional<byte[]> wovenFile =
                numbered.isEmpty() ? Optional.empty() : Optional.of(woven(type, locator, classFile, numbered));
        // Only now: a class that could not be woven must not be counted as if it were.
        for (MethodDescription.InDefinedShape method : numbered.keySet()) {
            matching.stream().filter(target -> names(target, method)).forEach(target -> count(method, target));
        }
        matching.forEach(target -> tellWhereNothingMatched(type, target));
        return wovenFile;
    }

    /**
     * The class with the advice in it. Byte Buddy's builder comes to the same, but is 170 classes more that every host
     * with a site would load: here are the steps it takes for a class that is only decorated.
     */
    private byte[] woven(
            TypeDescription type,
            ClassFileLocator locator,
            byte[] classFile,
            Map<MethodDescription.InDefinedShape, Numbered> numbered) {
        Map<Class<?>, Advice> advices = new HashMap<>();
        Map<String, Advised> methods = new HashMap<>();
        numbered.forEach((method, number) -> methods.put(
                method.getInternalName() + method.getDescriptor(),
                new Advised(method, advices.computeIfAbsent(number.advice(), code -> advice(code, numbered)))));
        TypePool pool = TypePool.Default.of(locator);
        Implementation.Context context = contextOf(type, ClassFileVersion.ofClassFile(classFile));
        return MethodCode.in(classFile, AsmVisitorWrapper.NO_FLAGS, (access, name, descriptor, code) -> {
            Advised method = methods.get(name + descriptor);
            return method == null ? code : method.wrap(type, code, context, pool);
        });
    }

    /** The class gets no members and no helpers of its own (law 8). */
    private static Implementation.Context contextOf(TypeDescription type, ClassFileVersion version) {
        return Implementation.Context.Disabled.Factory.INSTANCE.make(
                type,
                new AuxiliaryType.NamingStrategy.SuffixingRandom("none"),
                TypeInitializer.None.INSTANCE,
                version,
                version,
                version.isAtLeast(ClassFileVersion.JAVA_V6)
                        ? Implementation.Context.FrameGeneration.GENERATE
                        : Implementation.Context.FrameGeneration.DISABLED);
    }

    private static boolean names(Target target, MethodDescription method) {
        return target.pointcut().matchesMethod(method.getInternalName(), parameterTypes(method));
    }

    private void count(MethodDescription.InDefinedShape method, Target target) {
        if (target.wovenMethods().add(signature(method))) {
            Log.debug("woven: " + signature(method) + " for " + target.pointcut());
            tellImpossiblePaths(method, target);
        }
    }

    private Advice advice(Class<?> advice, Map<MethodDescription.InDefinedShape, Numbered> numbered) {
        Advice.OffsetMapping number = (type, method, assigner, handler, sort) ->
                new Advice.OffsetMapping.Target.ForStackManipulation(IntegerConstant.forValue(
                        Objects.requireNonNull(numbered.get(method.asDefined())).number()));
        return Advice.withCustomMapping()
                .with(new Advice.AssignReturned.Factory())
                .bind(SiteAdvice.Site.class, number)
                .to(advice, ownClasses);
    }

    private static List<Target> matching(TypeDescription type, List<Target> targets) {
        Set<String> above = Set.of();
        List<Target> matching = new ArrayList<>();
        for (Target target : targets) {
            Pointcut pointcut = target.pointcut();
            if (pointcut.matchesType(type.getName())) {
                matching.add(target);
            } else if (pointcut.includesSubtypes()) {
                above = above.isEmpty() ? Supertypes.namesOf(type) : above;
                if (above.stream().anyMatch(pointcut::matchesType)) {
                    matching.add(target);
                }
            }
        }
        return matching;
    }

    private static boolean isWeavable(MethodDescription method) {
        // A bridge only calls the method that it stands for, and that one is woven.
        return !method.isTypeInitializer() && !method.isAbstract() && !method.isNative() && !method.isSynthetic();
    }

    private Optional<Numbered> number(
            @Nullable ClassLoader loader, MethodDescription.InDefinedShape method, List<Target> targets) {
        List<Target> named =
                targets.stream().filter(target -> names(target, method)).toList();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        HostMethod host = HostMethod.of(method, loader);
        if (host.isOfEntity()) {
            named.stream().filter(Target::deletesReadRows).forEach(target -> tellOfEntity(method, target));
        }
        WovenMethod site = WovenMethod.of(
                signature(method),
                named.stream().map(target -> target.siteIn(host)).toList(),
                AbsentValue.zeroOf(method.getReturnType().asErasure()),
                host.suspends());
        String name = method.getDeclaringType().getName() + "#" + method.getInternalName() + method.getDescriptor();
        return Optional.of(new Numbered(woven.put(loader, name, site), adviceFor(method, site)));
    }

    private static Class<?> adviceFor(MethodDescription method, WovenMethod site) {
        if (method.isConstructor()) {
            return ConstructorAdvice.class;
        }
        if (site.isLogAlone()) {
            return LogAdvice.class;
        }
        return site.isDecidedOnExitAlone() ? ReturnAdvice.class : SiteAdvice.class;
    }

    private void tellOfEntity(MethodDescription.InDefinedShape method, Target target) {
        String type = method.getDeclaringType().getName();
        if (toldEntities.add(type)) {
            problems.accept(new Problem(
                    target.place(),
                    type + " is a JPA entity; a refused resume deletes its row, and its next flush then fails",
                    "write \"expire\": \"clear-session-id\" in sessionTtl.store"));
        }
    }

    private void tellImpossiblePaths(MethodDescription.InDefinedShape method, Target target) {
        for (ValuePath path : target.paths()) {
            problemOf(path, method)
                    .ifPresent(
                            problem -> problems.accept(
                                    new Problem(
                                            target.place(),
                                            problem + " (woven into " + signature(method) + ")",
                                            "until the path is put right this site finds no value there and leaves the host as it is")));
        }
    }

    private static Optional<String> problemOf(ValuePath path, MethodDescription.InDefinedShape method) {
        return switch (path.root()) {
            case ARGUMENT ->
                path.argumentIndex() < method.getParameters().size()
                        ? path.problemOn(new DeclaredShape(
                                method.getParameters().get(path.argumentIndex()).getType()))
                        : Optional.of(path + ": the method has only "
                                + method.getParameters().size() + " parameters");
            case THIS ->
                method.isStatic()
                        ? Optional.of(path + ": a static method has no 'this'")
                        : path.problemOn(DeclaredShape.of(method.getDeclaringType()));
            case RETURN ->
                method.getReturnType().represents(void.class)
                        ? Optional.of(path + ": the method returns nothing")
                        : path.problemOn(new DeclaredShape(method.getReturnType()));
            // What is thrown is hardly ever declared as what it is.
            case THROWN -> Optional.empty();
        };
    }

    /**
     * Law 7: the class is there, and still nothing was woven. Of the many classes that a pattern takes in, most have no
     * such method and need none: there only the report on the whole pointcut can tell.
     */
    private void tellWhereNothingMatched(TypeDescription type, Target target) {
        Pointcut pointcut = target.pointcut();
        if (pointcut.exactTypeName().filter(type.getName()::equals).isEmpty()
                || !target.wovenMethods().isEmpty()) {
            return;
        }
        boolean isAbstract =
                type.getDeclaredMethods().stream().anyMatch(method -> method.isAbstract() && names(target, method));
        if (isAbstract && pointcut.includesSubtypes()) {
            return;
        }
        String what = pointcut + " matched no method of " + type.getName();
        problems.accept(
                isAbstract
                        ? new Problem(
                                target.place(),
                                what + ": there it has no body",
                                "write " + type.getName() + "+ to mean the types that implement it")
                        : new Problem(
                                target.place(), what, "it has " + nearestMethods(type, pointcut.methodPattern())));
    }

    /** By name alone: beside a long parameter list the difference between two names would count for nothing. */
    private static List<String> nearestMethods(TypeDescription type, String wanted) {
        Map<String, List<String>> signatures = new LinkedHashMap<>();
        for (MethodDescription method : type.getDeclaredMethods()) {
            if (!method.isTypeInitializer()
                    && !method.isSynthetic()
                    && method.isConstructor() == wanted.equals("<init>")) {
                signatures
                        .computeIfAbsent(method.getInternalName(), unused -> new ArrayList<>())
                        .add(signature(method));
            }
        }
        List<String> nearest = Nearest.to(wanted, signatures.keySet(), NAMES_TOLD);
        return (nearest.isEmpty() ? signatures.keySet() : nearest)
                .stream()
                        .flatMap(name -> signatures.getOrDefault(name, List.of()).stream())
                        .limit(NAMES_TOLD)
                        .toList();
    }

    private static List<String> parameterTypes(MethodDescription method) {
        return method.getParameters().asTypeList().asErasures().stream()
                .map(TypeDescription::getActualName)
                .toList();
    }

    private static String signature(MethodDescription method) {
        return method.getDeclaringType().asErasure().getName() + "#" + method.getInternalName() + "("
                + String.join(", ", parameterTypes(method)) + ")";
    }
}
