package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.config.FailureConfig;
import dev.sessionttl.engine.config.ReadConfig;
import dev.sessionttl.engine.report.Problem;
import dev.sessionttl.engine.resume.RefusalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads pointcuts and value paths out of the config; an entry that cannot be read is left out and reported. */
public final class Targets {
    private final Access access;
    private final List<Target> targets = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private Targets(Access access) {
        this.access = access;
    }

    /**
     * @param access how values in the host's named modules are reached
     */
    public static Targets of(List<ReadConfig> reads, List<FailureConfig> failures, Access access) {
        Targets all = new Targets(access);
        for (ReadConfig read : reads) {
            all.take(read.place(), () -> all.targetOf(read));
        }
        for (FailureConfig failure : failures) {
            all.take(failure.place(), () -> all.targetOf(failure));
        }
        return all;
    }

    public List<Target> targets() {
        return List.copyOf(targets);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    private void take(String place, TargetReader reader) {
        try {
            targets.add(reader.read());
        } catch (SyntaxException wrong) {
            problems.add(new Problem(place, String.valueOf(wrong.getMessage()), "this entry is left out"));
        }
    }

    private Target targetOf(ReadConfig read) throws SyntaxException {
        return Target.ofRead(read.place(), Pointcut.parse(read.at()), paths(read.key()), path(read.sessionId()));
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
