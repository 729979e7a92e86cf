package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.callsite.HostCall;
import dev.sessionttl.engine.callsite.HostMember;
import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.callsite.ValuePath.Root;
import dev.sessionttl.engine.config.ExpireAction;
import dev.sessionttl.engine.config.FailureConfig;
import dev.sessionttl.engine.config.LogConfig;
import dev.sessionttl.engine.config.ReadConfig;
import dev.sessionttl.engine.config.StaleProcess;
import dev.sessionttl.engine.report.Problem;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads pointcuts and value paths out of the config; an entry that cannot be read is left out and reported. */
public final class Targets {
    private final ValuePath likelySessionId;
    private final ExpireAction expire;
    private final Access access;
    private final LogSites logs;
    private final List<Target> targets = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Targets(ValuePath likelySessionId, ExpireAction expire, Access access, LogSites logs) {
        this.likelySessionId = likelySessionId;
        this.expire = expire;
        this.access = access;
        this.logs = logs;
    }

    /**
     * @param sessionIdColumn what the table calls the session id
     * @param expire what becomes of the row of an expired id
     * @param access how values in the host's named modules are reached
     */
    public static Targets of(
            List<ReadConfig> reads,
            List<FailureConfig> failures,
            List<LogConfig> logs,
            String sessionIdColumn,
            ExpireAction expire,
            Access access) {
        Targets all = new Targets(likelyPath(sessionIdColumn), expire, access, new LogSites(logs));
        for (ReadConfig read : reads) {
            all.take(read.place(), () -> all.targetOf(read));
        }
        for (FailureConfig failure : failures) {
            all.take(failure.place(), () -> all.targetOf(failure));
        }
        return all;
    }

    /** Of the agent's own; the config's are read by {@link #of}. */
    static Pointcut pointcut(String text) {
        try {
            return Pointcut.parse(text);
        } catch (SyntaxException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    public List<Target> targets() {
        return List.copyOf(targets);
    }

    /** The failure sites that are loggers. */
    public LogSites logs() {
        return logs;
    }

    /** With those of the agent's own that no config names. */
    public List<Target> with(Optional<ProcessWatch> processes, StaleProcess stale) {
        List<Target> all = new ArrayList<>(targets);
        processes.ifPresent(
                runs -> all.add(Target.of("sessionTtl.processes", ProcessSite.POINTCUT, new ProcessSite(runs, stale))));
        all.addAll(logs.targets());
        return all;
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** {@code session_id} is probably {@code sessionId} in Java; where it is not, nothing is found, and nothing is said. */
    private static ValuePath likelyPath(String column) {
        StringBuilder name = new StringBuilder();
        for (String word : column.split("[^A-Za-z0-9]+", -1)) {
            name.append(
                    name.isEmpty()
                            ? word
                            : word.substring(0, Math.min(1, word.length())).toUpperCase(Locale.ROOT)
                                    + word.substring(Math.min(1, word.length())));
        }
        try {
            return ValuePath.parse("return." + name);
        } catch (SyntaxException noNameForJava) {
            return ValuePaths.RETURNED;
        }
    }

    private void take(String place, TargetReader reader) {
        try {
            targets.add(reader.read());
        } catch (SyntaxException wrong) {
            problems.add(new Problem(place, String.valueOf(wrong.getMessage()), "this entry is left out"));
        }
    }

    private Target targetOf(ReadConfig read) throws SyntaxException {
        Pointcut pointcut = Pointcut.parse(read.at());
        if (isConstructor(pointcut)) {
            throw new SyntaxException(
                    pointcut + " is a constructor, which hands out nothing",
                    "name the method that makes the object, or the getter of the id");
        }
        List<ValuePath> key = paths(read.key());
        Optional<ValuePath> sessionId = path(read.sessionId());
        Optional<ClearOnEnter> onEnter = read.onEnter().isPresent()
                ? Optional.of(onEnter(read.place(), read.onEnter().get()))
                : Optional.empty();
        Function<HostMethod, Absent> absent = absent(read);
        List<ValuePath> paths = Target.allOf(key, sessionId);
        onEnter.ifPresent(clear -> paths.add(clear.id()));
        return Target.ofRead(
                read.place(),
                pointcut,
                paths,
                sessionId.isPresent() && expire == ExpireAction.DELETE_ROW,
                method -> new ReadSite(
                        read.place(),
                        key,
                        sessionId,
                        likelySessionId,
                        onEnter,
                        method.isOfEntity(),
                        !logs.failures().isEmpty(),
                        absent.apply(method)));
    }

    private ClearOnEnter onEnter(String place, ReadConfig.OnEnter onEnter) throws SyntaxException {
        return new ClearOnEnter(
                place,
                ValuePath.parse(onEnter.clear(), access),
                HostMember.parse(onEnter.clear(), access),
                onEnter.call().isPresent()
                        ? Optional.of(HostMember.parse(onEnter.call().get(), access))
                        : Optional.empty());
    }

    private Function<HostMethod, Absent> absent(ReadConfig read) throws SyntaxException {
        if (read.absent().isEmpty()) {
            return Absent.ByType::new;
        }
        if (read.absent().get().equals(ReadConfig.NULL_FIELD)) {
            NullField nullField = new NullField(
                    read.place(), HostMember.parse(read.sessionId().orElse(""), access));
            return method -> nullField;
        }
        HostCall call = HostCall.parse(read.absent().get());
        return method -> new Absent.ByCall(read.place(), call, method);
    }

    private Target targetOf(FailureConfig failure) throws SyntaxException {
        Pointcut pointcut = Pointcut.parse(failure.at());
        ValuePath text = ValuePath.parse(failure.text(), access);
        if (isConstructor(pointcut) && (text.root() == Root.THROWN || text.root() == Root.RETURN)) {
            throw new SyntaxException(
                    pointcut + " is a constructor, whose text is not at " + text,
                    "write \"text\": \"this.error\", or the argument that it is given, such as \"arg1\"");
        }
        return Target.ofFailure(
                failure.place(),
                pointcut,
                paths(failure.key()),
                path(failure.sessionId()),
                text,
                failure.matches().map(RefusalText::matching).orElseGet(RefusalText::ofClaude));
    }

    private static boolean isConstructor(Pointcut pointcut) {
        return pointcut.methodPattern().equals("<init>");
    }

    private Optional<ValuePath> path(Optional<String> text) throws SyntaxException {
        return text.isPresent() ? Optional.of(ValuePath.parse(text.get(), access)) : Optional.empty();
    }

    private List<ValuePath> paths(List<String> texts) throws SyntaxException {
        List<ValuePath> paths = new ArrayList<>(texts.size());
        for (String text : texts) {
            paths.add(ValuePath.parse(text, access));
        }
        return paths;
    }

    @FunctionalInterface
    private interface TargetReader {
        Target read() throws SyntaxException;
    }
}
