package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.config.LogLevel;
import dev.sessionttl.engine.resume.Evidence;
import dev.sessionttl.engine.resume.Evidence.Run;
import dev.sessionttl.engine.resume.Refusal;
import dev.sessionttl.engine.resume.Resumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a logging library takes a line, which may tell of a refused resume.
 *
 * @param failures the loggers that the config names
 * @param others the loggers that it does not
 */
record LogSite(LogBackend backend, List<LogFailure> failures, LoggerNames others) implements Site {

    /** Nothing is asked of the line, and no text made of it, unless its logger is one that was named. */
    void logged(Resumes resumes, Calls calls, @Nullable Object self, @Nullable Object[] arguments) {
        String logger = backend.loggerName(self, arguments);
        List<LogFailure> named = List.of();
        for (LogFailure failure : failures) {
            if (failure.names(logger)) {
                named = named.isEmpty() ? List.of(failure) : with(failure, named);
            }
        }
        if (named.isEmpty()) {
            others.add(logger);
            return;
        }
        Optional<LogLevel> level = backend.level(self, arguments);
        if (level.isEmpty() || named.stream().noneMatch(failure -> failure.looksAt(level.get()))) {
            return;
        }
        Optional<String> text = backend.text(self, arguments);
        if (text.isEmpty()) {
            return;
        }
        for (LogFailure failure : named) {
            Optional<Refusal> refusal =
                    failure.looksAt(level.get()) ? failure.refusals().in(text.get()) : Optional.empty();
            if (refusal.isPresent()) {
                refused(resumes, calls, failure, refusal.get(), text.get(), backend.thrown(self, arguments));
                return;
            }
        }
    }

    private static List<LogFailure> with(LogFailure failure, List<LogFailure> others) {
        List<LogFailure> all = new ArrayList<>(others);
        all.add(failure);
        return all;
    }

    /** Inside a run on this thread it is that run's; else it tells of one that ran elsewhere, or that no site sees. */
    private static void refused(
            Resumes resumes,
            Calls calls,
            LogFailure failure,
            Refusal refusal,
            String text,
            @Nullable Throwable thrown) {
        Optional<String> asked = calls.resumedId();
        if (asked.isEmpty() && refusal.sessionId().isEmpty()) {
            LastRead read = calls.lastRead();
            asked = read.ofThisTurn(System.nanoTime()).filter(id -> !resumes.hasSucceededSince(id, read.atNanos()));
        }
        Optional<Run> run = calls.chain().map(chain -> new Run(calls.runBeganNanos(), chain, false));
        resumes.ended(failure.refusals(), new Evidence(asked, List.of(), text, thrown == null ? text : thrown, run));
    }
}
