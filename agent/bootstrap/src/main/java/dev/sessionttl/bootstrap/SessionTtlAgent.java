package dev.sessionttl.bootstrap;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;

/** Where the JVM enters the agent: {@code -javaagent:session-ttl-agent.jar[=path/to/agents.json]}. */
public final class SessionTtlAgent {
    private static final String ENGINE = "dev.sessionttl.engine.Engine";

    private SessionTtlAgent() {}

    /** Before the host's {@code main}, on its thread. Returns normally whatever happens. */
    public static void premain(String argument, Instrumentation instrumentation) {
        start(argument, instrumentation);
    }

    /**
     * Loads the engine into a loader of its own and starts it. The loader stays open as long as the JVM lives: the engine
     * loads classes from it whenever they are first needed.
     */
    private static void start(String argument, Instrumentation instrumentation) {
        if (isToolOfTheJdk(System.getProperty("jdk.module.main", ""))) {
            return;
        }
        try {
            File jar = new File(SessionTtlAgent.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Class.forName(ENGINE, true, new EngineLoader(jar))
                    .getMethod("start", String.class, Instrumentation.class)
                    .invoke(null, argument == null ? "" : argument, instrumentation);
        } catch (InvocationTargetException failure) {
            tell(failure.getCause());
        } catch (Throwable failure) {
            tell(failure);
        }
    }

    /** javac, jps or keytool, which JAVA_TOOL_OPTIONS hands the agent to as well: no orchestrator, and no table to sweep. */
    private static boolean isToolOfTheJdk(String mainModule) {
        return mainModule.startsWith("jdk.") || mainModule.equals("java.base");
    }

    /** A throwing premain would abort the JVM (law 3): the host is told in one line, and starts. */
    private static void tell(Throwable failure) {
        try {
            if ("off".equalsIgnoreCase(System.getProperty("session.ttl.log"))) {
                return;
            }
            // Not System.err, which the host may have bound to its logging; never closed, it is the process's own.
            PrintStream stderr = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
            stderr.println("[session-ttl] WARN the agent did not start, the host runs without it: " + failure);
        } catch (Throwable evenThat) {
            // There is no one left to tell.
        }
    }
}
