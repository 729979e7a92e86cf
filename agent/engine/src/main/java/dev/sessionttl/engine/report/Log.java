package dev.sessionttl.engine.report;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The agent's log: one line an event, prefix {@code [session-ttl]}, to the process's stderr. Any thread may call it.
 *
 * <p>It writes to the file descriptor and not to {@link System#err}: a host may have bound that to its own logging,
 * which the agent must neither start early nor re-enter (law 4). Never stdout (law 3).
 */
public final class Log {
    /** From everything to nothing, as {@code -Dsession.ttl.log} names them. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        OFF
    }

    private static final String PREFIX = "[session-ttl] ";
    private static final int SHOWN_ID_LENGTH = 8;
    private static final String UUID =
            "\\b(\\p{XDigit}{8})-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}\\b";
    private static final int REMEMBERED_CAUSES = 1_000;

    private static volatile Level threshold = levelNamed(System.getProperty("session.ttl.log"));
    private static volatile PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
    private static final Set<String> said = ConcurrentHashMap.newKeySet();

    private Log() {}

    public static void debug(String line) {
        write(Level.DEBUG, line);
    }

    public static void info(String line) {
        write(Level.INFO, line);
    }

    public static void warn(String line) {
        write(Level.WARN, "WARN " + line);
    }

    /** As {@link #info}, but said once per {@code cause} in the life of the process. */
    public static void infoOnce(String cause, String line) {
        if (said.size() < REMEMBERED_CAUSES && said.add(cause)) {
            info(line);
        }
    }

    /** A warning that is said once per {@code cause} in the life of the process, so that a fault in a hot path is one line. */
    public static void warnOnce(String cause, String line) {
        if (said.size() < REMEMBERED_CAUSES && said.add(cause)) {
            warn(line);
        }
    }

    /** As {@link #warnOnce(String, String)}, with the failure's own words; its stack trace only at {@code debug}. */
    public static void warnOnce(String cause, String line, Throwable failure) {
        if (said.size() < REMEMBERED_CAUSES && said.add(cause)) {
            warn(line + ": " + inWords(failure));
            if (isDebug()) {
                failure.printStackTrace(out);
            }
        }
    }

    /** A failure in one line: its message, or its type where it has none; what looks like a session id is cut short. */
    public static String inWords(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getName()
                : message.replaceAll("\\s*\\R\\s*", " ").replaceAll(UUID, "$1…");
    }

    /** A session id as logs may show it: its first 8 characters. Whole ids are secrets of the host. */
    public static String shortened(String sessionId) {
        return sessionId.length() <= SHOWN_ID_LENGTH ? sessionId : sessionId.substring(0, SHOWN_ID_LENGTH) + "…";
    }

    public static boolean isDebug() {
        return threshold == Level.DEBUG;
    }

    private static void write(Level level, String line) {
        if (level.compareTo(threshold) >= 0 && threshold != Level.OFF) {
            out.println(PREFIX + line);
        }
    }

    private static Level levelNamed(@Nullable String name) {
        if (name == null) {
            return Level.INFO;
        }
        try {
            return Level.valueOf(name.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return Level.INFO;
        }
    }
}
