package dev.sessionttl.bootstrap;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Where the JVM enters the jar: {@code -javaagent:session-ttl-agent.jar[=path/to/agents.json]}, and
 * {@code java -jar session-ttl-agent.jar} for the command line.
 */
public final class SessionTtlAgent {
    private static final String ENGINE = "dev.sessionttl.engine.Engine";
    private static final String COMMAND_LINE = "dev.sessionttl.engine.command.SessionTtl";
    private static final String NOT_STARTED = "the agent did not start, the host runs without it";
    private static final int FOUND_WRONG = 1;

    private SessionTtlAgent() {}

    /** Before the host's {@code main}, on its thread. Returns normally whatever happens. */
    public static void premain(String argument, Instrumentation instrumentation) {
        start("start", argument, instrumentation);
    }

    /** Into a host that runs already, on a thread of the JVM's own. Returns normally whatever happens. */
    public static void agentmain(String argument, Instrumentation instrumentation) {
        start("attach", argument, instrumentation);
    }

    /** The command line, in a process of its own. Ends it with 0: good, 1: found something wrong, or 2: wrong usage. */
    public static void main(String[] arguments) {
        System.exit(command(arguments));
    }

    private static int command(String[] arguments) {
        try {
            return (int) Class.forName(COMMAND_LINE, true, new EngineLoader(jar()))
                    .getMethod("run", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException failure) {
            tell("the command failed", failure.getCause());
        } catch (Throwable failure) {
            tell("the command could not be loaded", failure);
        }
        return FOUND_WRONG;
    }

    /**
     * Loads the engine into a loader of its own and starts it. The loader stays open as long as the JVM lives: the engine
     * loads classes from it whenever they are first needed.
     */
    private static void start(String entry, String argument, Instrumentation instrumentation) {
        try {
            if (isToolOfTheJdk(System.getProperty("jdk.module.main", "")) || isOurCommandLine()) {
                return;
            }
            Class.forName(ENGINE, true, new EngineLoader(jar()))
                    .getMethod(entry, String.class, Instrumentation.class)
                    .invoke(null, argument == null ? "" : argument, instrumentation);
        } catch (InvocationTargetException failure) {
            tell(NOT_STARTED, failure.getCause());
        } catch (Throwable failure) {
            tell(NOT_STARTED, failure);
        }
    }

    private static File jar() throws URISyntaxException {
        return new File(SessionTtlAgent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** javac, jps or keytool, which JAVA_TOOL_OPTIONS hands the agent to as well: no orchestrator, and no table to sweep. */
    private static boolean isToolOfTheJdk(String mainModule) {
        return mainModule.startsWith("jdk.") || mainModule.equals("java.base");
    }

    /** {@code java -jar} of this jar or a copy, which JAVA_TOOL_OPTIONS hands the agent to as well: a check must not sweep. */
    private static boolean isOurCommandLine() {
        String classPath = System.getProperty("java.class.path", "");
        if (classPath.indexOf(File.pathSeparatorChar) >= 0 || !classPath.endsWith(".jar")) {
            return false;
        }
        try (JarFile main = new JarFile(classPath)) {
            Manifest manifest = main.getManifest();
            return manifest != null
                    && SessionTtlAgent.class
                            .getName()
                            .equals(manifest.getMainAttributes().getValue("Premain-Class"));
        } catch (IOException noJar) {
            return false;
        }
    }

    /** A throwing premain would abort the JVM (law 3): the host is told in one line, and starts. */
    private static void tell(String what, Throwable failure) {
        try {
            if ("off".equalsIgnoreCase(System.getProperty("session.ttl.log"))) {
                return;
            }
            // Not System.err, which the host may have bound to its logging; never closed, it is the process's own.
            PrintStream stderr = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
            stderr.println("[session-ttl] WARN " + what + ": " + inWords(failure));
        } catch (Throwable evenThat) {
            // There is no one left to tell.
        }
    }

    /** A runtime that was linked for a host has of the JDK's modules only what that host needs. */
    private static String inWords(Throwable failure) {
        String missing = String.valueOf(failure.getMessage());
        return failure instanceof NoClassDefFoundError && missing.startsWith("java")
                ? "the Java runtime in " + System.getProperty("java.home") + " lacks " + missing.replace('/', '.')
                        + "; link it with the modules java.instrument and java.sql, or run a command with the java of a JDK"
                : failure.toString();
    }
}
