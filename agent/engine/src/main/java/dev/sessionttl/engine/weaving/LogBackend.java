package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.Pointcut;
import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.TextForm;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.config.LogLevel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The method of a logging library that every line goes through once, on the thread that logs it, after its level was let
 * pass. SLF4J and every other front ends in one of these.
 *
 * @param library as its users call it
 * @param pointcut of the method
 * @param logger path to the logger's name
 * @param level path to the level, as the number that {@code scale} knows
 * @param message path to the text as the library itself would write it, arguments and all
 * @param thrown path to the throwable
 * @param isOfTheJdk whether a record is asked in the JDK's own way for its text, and whether it is written at all
 */
record LogBackend(
        String library,
        Pointcut pointcut,
        ValuePath logger,
        ValuePath level,
        Scale scale,
        ValuePath message,
        ValuePath thrown,
        boolean isOfTheJdk) {
    private static final Scale LOGBACKS = new Scale(1, 10_000, 20_000, 30_000, 40_000);
    /** The other way round: 100 is FATAL. */
    private static final Scale LOG4JS = new Scale(-1, 500, 400, 300, 200);

    private static final Scale JULS = new Scale(1, 500, 800, 900, 1_000);

    /** Log4j's asynchronous loggers, and its methods since 2.13 that know the place, go ways of their own. */
    static final List<LogBackend> ALL = List.of(
            new LogBackend(
                    "Logback",
                    Targets.pointcut("ch.qos.logback.classic.Logger#callAppenders"),
                    path("arg0.loggerName"),
                    path("arg0.level.levelInt"),
                    LOGBACKS,
                    path("arg0.formattedMessage"),
                    path("arg0.throwableProxy.throwable"),
                    false),
            ofLog4j("org.apache.logging.log4j.core.Logger#logMessage", 1, 3),
            ofLog4j("org.apache.logging.log4j.core.Logger#log", 0, 4),
            ofLog4j("org.apache.logging.log4j.core.async.AsyncLogger#logMessage", 1, 3),
            ofLog4j("org.apache.logging.log4j.core.async.AsyncLogger#log", 0, 4),
            ofJul("java.util.logging", "java.util.logging.Logger#log(LogRecord)", true),
            // The same API, and a way of its own through it: Quarkus and WildFly log by it.
            ofJul("JBoss LogManager", "org.jboss.logmanager.Logger#logRaw(ExtLogRecord)", false));

    private static LogBackend ofLog4j(String pointcut, int level, int message) {
        return new LogBackend(
                "Log4j 2",
                Targets.pointcut(pointcut),
                path("this.name"),
                path("arg" + level + ".intLevel"),
                LOG4JS,
                path("arg" + message + ".formattedMessage"),
                path("arg" + (message + 1)),
                false);
    }

    private static LogBackend ofJul(String library, String pointcut, boolean isOfTheJdk) {
        return new LogBackend(
                library,
                Targets.pointcut(pointcut),
                path("this.name"),
                path("arg0.level.intValue"),
                JULS,
                path("arg0.formattedMessage"),
                path("arg0.thrown"),
                isOfTheJdk);
    }

    private static ValuePath path(String text) {
        try {
            return ValuePath.parse(text);
        } catch (SyntaxException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The logger's name; the root's may be empty. */
    String loggerName(@Nullable Object self, @Nullable Object[] arguments) {
        return ValuePaths.onEnter(logger, self, arguments) instanceof String name ? name : "";
    }

    /** How much the line weighs; empty where it is not written at all. */
    Optional<LogLevel> level(@Nullable Object self, @Nullable Object[] arguments) {
        return ValuePaths.onEnter(level, self, arguments) instanceof Integer value && isWritten(self, arguments)
                ? Optional.of(scale.levelOf(value))
                : Optional.empty();
    }

    @Nullable
    Throwable thrown(@Nullable Object self, @Nullable Object[] arguments) {
        return ValuePaths.onEnter(thrown, self, arguments) instanceof Throwable found ? found : null;
    }

    /** The message as the host gets to read it, and those of the throwable and its causes. */
    Optional<String> text(@Nullable Object self, @Nullable Object[] arguments) {
        Object line = isOfTheJdk ? JulRecords.message(arguments[0]) : ValuePaths.onEnter(message, self, arguments);
        return TextForm.text(Arrays.asList(line, thrown(self, arguments)));
    }

    /** Of the libraries' methods only the JDK's is called before the level is looked at. */
    private boolean isWritten(@Nullable Object self, @Nullable Object[] arguments) {
        return !isOfTheJdk || JulRecords.isWritten(self, arguments[0]);
    }

    /**
     * Where a library's levels begin.
     *
     * @param sign -1 where the greater number weighs less
     */
    record Scale(int sign, int debug, int info, int warn, int error) {
        LogLevel levelOf(int value) {
            if (sign * value >= sign * error) {
                return LogLevel.ERROR;
            }
            if (sign * value >= sign * warn) {
                return LogLevel.WARN;
            }
            if (sign * value >= sign * info) {
                return LogLevel.INFO;
            }
            return sign * value >= sign * debug ? LogLevel.DEBUG : LogLevel.TRACE;
        }
    }
}
