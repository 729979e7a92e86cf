package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that tell of a refused resume in their log and nowhere else. */
class LogOnlyIT {
    private static final String CLAIM = "a line drops the row, by its id or the one that the turn has read";

    private static final String SLF4J = """
            package com.acme;

            import org.slf4j.LoggerFactory;

            public class Front {
                public static void info(String logger, String text, Object id) { LoggerFactory.getLogger(logger).info(text + "{}", id); }
                public static void warn(String logger, String text, Object id) { LoggerFactory.getLogger(logger).warn(text + "{}", id); }
                public static void error(String logger, String text, Throwable failure) { LoggerFactory.getLogger(logger).error(text, failure); }
            }
            """;

    private static final String LOG4J = """
            package com.acme;

            import org.apache.logging.log4j.LogManager;

            public class Front {
                public static void info(String logger, String text, Object id) { LogManager.getLogger(logger).info(text + "{}", id); }
                public static void warn(String logger, String text, Object id) { LogManager.getLogger(logger).atWarn().log(text + "{}", id); }
                public static void error(String logger, String text, Throwable failure) { LogManager.getLogger(logger).error(text, failure); }
            }
            """;

    private static final String JUL = """
            package com.acme;

            import java.util.logging.*;

            public class Front {
                public static void info(String logger, String text, Object id) { Logger.getLogger(logger).log(Level.INFO, text + "{0}", id); }
                public static void warn(String logger, String text, Object id) { Logger.getLogger(logger).log(Level.WARNING, text + "{0}", id); }
                public static void error(String logger, String text, Throwable failure) { Logger.getLogger(logger).log(Level.SEVERE, text, failure); }
            }
            """;

    /** Its log has no handler but those that it is given. */
    private static final String JBOSS = JUL.replace("class Front {", """
            class Front {
                static {
                    Logger.getLogger("").addHandler(new Handler() {
                        @Override public void publish(LogRecord line) {
                            System.err.println(line.getLoggerName() + " " + new SimpleFormatter().formatMessage(line));
                        }
                        @Override public void flush() {}
                        @Override public void close() {}
                    });
                }
            """);

    /** Its turns run on threads of their own, so that none is about what another has read. */
    private static final String DISPATCHER = """
            package com.acme;

            import java.util.*;
            import java.util.concurrent.*;

            public class Dispatcher {
                interface Run { void of(String sessionId) throws Exception; }

                static final String REFUSED = "resume failed - No conversation found with session ID: ";
                static final SessionStore STORE = new SessionStore();

                public static void main(String[] args) throws Exception {
                    ExecutorService pool = Executors.newSingleThreadExecutor();
                    pool.submit(() -> STORE.find("agent of earlier")).get();
                    pool.submit(() -> Front.warn("com.acme.Cli", "resume failed - No conversation found", "")).get();
                    pool.shutdown();

                    turn("agent of named", id -> {
                        Front.warn("com.acme.Cli", REFUSED, id);
                        Front.warn("com.acme.Dispatcher", "task failed: " + REFUSED, id);
                    });
                    turn("agent of thrown", id -> {
                        Exception refused = new Exception("exit 1", new IllegalStateException(REFUSED + id));
                        Front.error("com.acme.Cli", "resume failed", refused);
                        Front.error("com.acme.Dispatcher", "task failed", new Exception("task 7", refused));
                    });
                    turn("agent of unnamed", id -> Front.warn("com.acme.Cli", "resume failed - No conversation found", ""));
                    turn("agent of other", id -> Front.warn("org.other.Cli", REFUSED, id));
                    turn("agent of light", id -> Front.info("com.acme.Cli", REFUSED, id));
                    turn("agent of fine", id -> Front.warn("com.acme.Cli", "the answer was: there is no such thing as ", id));
                    turn("agent of talkative", id -> Front.warn("com.acme.Cli", "slow: ", new Object() {
                        @Override public String toString() {
                            Front.warn("com.acme.Cli", "asked for my text", "");
                            return "result";
                        }
                    }));
                    System.out.println("done");
                    System.in.read();
                }

                static void turn(String agent, Run run) throws Exception {
                    Thread turn = new Thread(() -> {
                        try {
                            for (int i = 0; i < 2; i++) {
                                Optional<String> id = STORE.find(agent);
                                System.out.println(agent + (id.isPresent() ? " resumes" : " starts afresh"));
                                if (id.isPresent()) run.of(id.get());
                            }
                        } catch (Exception failure) {
                            failure.printStackTrace();
                        }
                    });
                    turn.start();
                    turn.join();
                }
            }
            """;

    private static final List<String> KEPT = List.of("earlier", "fine", "light", "other", "talkative");
    private static final List<String> REFUSED = List.of("named", "thrown", "unnamed");

    @TempDir
    Path folder;

    @OnEachJdk
    void logback(Jdk jdk) {
        onLogback(jdk, "logback");
        prove(jdk, "Logback " + version("logback", "logback-classic"));
    }

    @OnEachJdk
    void logbackAsItWasYearsAgo(Jdk jdk) {
        onLogback(jdk, "old-logback");
        prove(jdk, "Logback " + version("old-logback", "logback-classic"));
    }

    @OnEachJdk
    void log4j(Jdk jdk) {
        onLog4j(jdk);
        prove(jdk, "Log4j " + version("log4j", "log4j-core"));
    }

    @OnEachJdk
    void log4jWithAsynchronousLoggers(Jdk jdk) {
        onLog4j(jdk, "-Dlog4j2.contextSelector=org.apache.logging.log4j.core.async.AsyncLoggerContextSelector");
        prove(jdk, "Log4j " + version("log4j", "log4j-core") + ", asynchronous loggers");
    }

    @OnEachJdk
    void javaUtilLogging(Jdk jdk) {
        onJul(jdk, host(JUL, List.of()));
        prove(jdk, "java.util.logging");
    }

    @OnEachJdk
    void slf4jOnJavaUtilLogging(Jdk jdk) {
        onJul(jdk, host(SLF4J, Host.libraries("slf4j-jdk14")));
        prove(jdk, "SLF4J " + version("slf4j-jdk14", "slf4j-jdk14") + " on java.util.logging");
    }

    @OnEachJdk
    void jbossLogManager(Jdk jdk) {
        isServed(
                jdk,
                host(JBOSS, Host.libraries("quarkus"))
                        .withJvmOptions("-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
                1);
        prove(jdk, "JBoss LogManager " + version("quarkus", "jboss-logmanager"));
    }

    private void onLogback(Jdk jdk, String libraries) {
        isServed(jdk, host(SLF4J, Host.libraries(libraries)).withFile("classes/logback.xml", """
                <configuration>
                  <appender name="stderr" class="ch.qos.logback.core.ConsoleAppender">
                    <target>System.err</target>
                    <encoder><pattern>%logger %msg%n%nopex</pattern></encoder>
                  </appender>
                  <root level="DEBUG"><appender-ref ref="stderr"/></root>
                </configuration>
                """), 1);
    }

    private void onLog4j(Jdk jdk, String... options) {
        isServed(
                jdk,
                host(LOG4J, Host.libraries("log4j")).withJvmOptions(options).withFile("classes/log4j2.xml", """
                                <Configuration>
                                  <Appenders><Console name="stderr" target="SYSTEM_ERR"><PatternLayout pattern="%c %m%n" alwaysWriteExceptions="false"/></Console></Appenders>
                                  <Loggers><Root level="debug"><AppenderRef ref="stderr"/></Root></Loggers>
                                </Configuration>
                                """),
                options.length == 0 ? 2 : 4);
    }

    private void onJul(Jdk jdk, Host host) {
        isServed(
                jdk,
                host.withFile("logging.properties", """
                                handlers=java.util.logging.ConsoleHandler
                                java.util.logging.SimpleFormatter.format=%3$s %5$s%n
                                """)
                        .withJvmOptions("-Djava.util.logging.config.file=logging.properties"),
                1);
    }

    private Host host(String front, List<Path> libraries) {
        return Host.of(folder, libraries, DISPATCHER, front, Programs.STORE).withSqlite();
    }

    /** @param methods that lines go through in this library */
    private void isServed(Jdk jdk, Host host, double methods) {
        Database database = Database.in(folder);
        KEPT.forEach(id -> database.withSession("agent of " + id, id, Duration.ofHours(1)));
        REFUSED.forEach(id -> database.withSession("agent of " + id, id, Duration.ofHours(1)));

        Host.Running running = host.withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .withLog("com.acme.*")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "agent of named resumes",
                        "agent of named starts afresh",
                        "agent of thrown resumes",
                        "agent of thrown starts afresh",
                        "agent of unnamed resumes",
                        "agent of unnamed starts afresh",
                        "agent of other resumes",
                        "agent of other resumes",
                        "agent of light resumes",
                        "agent of light resumes",
                        "agent of fine resumes",
                        "agent of fine resumes",
                        "agent of talkative resumes",
                        "agent of talkative resumes",
                        "done");
        assertThat(database.sessionIds()).containsExactlyElementsOf(KEPT);
        // The three, and the one of which no one knows whose it was.
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(4);
        assertThat(metrics.valueOf("claude_session_resume_unclassified_total")).isZero();
        assertThat(metrics.valueOf("claude_session_sites{pointcut=\"log:com.acme.*\"}"))
                .as("java.util.logging may be there too, since a library uses it")
                .isBetween(methods, methods + 1.0);
        assertThat(metrics.failedOpen()).isZero();
        assertThat(run.hostLines().stream().filter(line -> line.contains(".Cli ")))
                .as("what the host logs is what it logged before")
                .startsWith(
                        "com.acme.Cli resume failed - No conversation found",
                        "com.acme.Cli resume failed - No conversation found with session ID: named",
                        "com.acme.Cli resume failed",
                        "com.acme.Cli resume failed - No conversation found");
    }

    private static void prove(Jdk jdk, String library) {
        Compatibility.proven(jdk, "A log alone, by " + library, CLAIM);
    }

    private static String version(String kind, String name) {
        return Compatibility.versionOf(Host.library(kind, name));
    }
}
