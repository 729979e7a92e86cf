package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.config.FailureConfig;
import dev.sessionttl.engine.config.ReadConfig;
import dev.sessionttl.engine.config.StaleProcess;
import dev.sessionttl.engine.report.Problem;
import dev.sessionttl.engine.resume.ProcessWatch;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads pointcuts and value paths out of the config; an entry that cannot be read is left out and reported. */
public final class Targets {
    private final ValuePath likelySessionId;
    private final Access access;
    private final List<Target> targets = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Targets(ValuePath likelySessionId, Access access) {
        this.likelySessionId = likelySessionId;
        this.access = access;
    }

    /**
     * @param sessionIdColumn what the table calls the session id
     * @param access how values in the host's named modules are reached
     */
    public static Targets of(
            List<ReadConfig> reads, List<FailureConfig> failures, String sessionIdColumn, Access access) {
        Targets all = new Targets(likelyPath(sessionIdColumn), access);
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

    /** With those of the agent's own that no config names. */
    public List<Target> with(ClassWatch watch, Optional<ProcessWatch> processes, StaleProcess stale) {
        List<Target> all = new ArrayList<>(targets);
        DriverSite.of(watch).forEach(site -> all.add(Target.of("the SQLite driver", site.pointcut(), site)));
        processes.ifPresent(
                runs -> all.add(Target.of("sessionTtl.processes", ProcessSite.POINTCUT, new ProcessSite(runs, stale))));
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
            Target target = reader.read();
            if (target.pointcut().methodPattern().equals("<init>")) {
                problems.add(new Problem(
                        place,
                        target.pointcut() + " is a constructor, and those are not woven",
                        "name the method that makes the object, or one that is handed it; this entry is left out"));
            } else {
                targets.add(target);
            }
        } catch (SyntaxException wrong) {
            problems.add(new Problem(place, String.valueOf(wrong.getMessage()), "this entry is left out"));
        }
    }

    private Target targetOf(ReadConfig read) throws SyntaxException {
        return Target.ofRead(
                read.place(), Pointcut.parse(read.at()), paths(read.key()), path(read.sessionId()), likelySessionId);
    }

    private Target targetOf(FailureConfig failure) throws SyntaxException {
        return Target.ofFailure(
                failure.place(),
                Pointcut.parse(failure.at()),
                paths(failure.key()),
                path(failure.sessionId()),
                ValuePath.parse(failure.text(), access),
                failure.matches().map(RefusalText::matching).orElseGet(RefusalText::ofClaude));
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
