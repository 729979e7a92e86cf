package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import java.lang.reflect.Method;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What only the JDK's own log records need. By reflection, and on a record that the host has made: nothing of the agent's
 * is linked with java.util.logging, which is the host's to start (law 4).
 */
final class JulRecords {
    private static final ValuePath LEVEL = path("arg0.level");
    private static final ValuePath MESSAGE = path("arg0.message");
    private static final ValuePath PARAMETERS = path("arg0.parameters");
    private static final ValuePath BUNDLE = path("arg0.resourceBundle");

    /** As the JDK's own formatter has it: only a text that mentions an argument is a pattern. */
    private static final Pattern ARGUMENT = Pattern.compile("\\{\\d");

    private JulRecords() {}

    /** Whether the logger's level lets the record pass; false where that cannot be told. */
    static boolean isWritten(@Nullable Object logger, @Nullable Object record) {
        Object level = LEVEL.evaluate(record);
        try {
            return logger != null && level != null && Boolean.TRUE.equals(Loggable.METHOD.invoke(logger, level));
        } catch (ReflectiveOperationException | LinkageError notOfTheJdk) {
            return false;
        }
    }

    /** The text with its arguments in place, in the host's language where it has one for it. */
    static @Nullable String message(@Nullable Object record) {
        if (!(MESSAGE.evaluate(record) instanceof String message)) {
            return null;
        }
        String text = BUNDLE.evaluate(record) instanceof ResourceBundle bundle && bundle.containsKey(message)
                ? String.valueOf(bundle.getObject(message))
                : message;
        if (!(PARAMETERS.evaluate(record) instanceof Object[] parameters)
                || parameters.length == 0
                || !ARGUMENT.matcher(text).find()) {
            return text;
        }
        try {
            return MessageFormat.format(text, parameters);
        } catch (Throwable noPatternOrHostsOwnToString) {
            // The JDK writes it as it is then, too.
            return text;
        }
    }

    private static ValuePath path(String text) {
        try {
            return ValuePath.parse(text);
        } catch (SyntaxException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Looked up once the host has logged through it. */
    private static final class Loggable {
        static final Method METHOD = method();

        private static Method method() {
            try {
                return Class.forName("java.util.logging.Logger", false, null)
                        .getMethod("isLoggable", Class.forName("java.util.logging.Level", false, null));
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }
    }
}
