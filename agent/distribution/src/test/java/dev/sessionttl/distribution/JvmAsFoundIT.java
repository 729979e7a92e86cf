package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** {@code premain}, with all that it does, leaves the JVM to the host as it found it (laws 4 and 5). */
class JvmAsFoundIT {
    private static final String PLAIN_MAIN = """
            package com.acme;

            public class Orchestrator {
                public static void main(String[] args) {
                    System.out.println("main runs");
                }
            }
            """;

    /** What the host may still want to choose, or to have started by itself. */
    private static final List<String> LEFT_TO_THE_HOST = List.of(
            "java.util.logging.LogManager",
            "java.util.logging.Logger",
            "java.sql.DriverManager",
            "javax.management.MBeanServerFactory",
            "java.lang.management.ManagementFactory",
            "sun.management.",
            "com.sun.net.httpserver.",
            "sun.net.httpserver.",
            // Of the same jar, and for the command line alone.
            "picocli.",
            "dev.sessionttl.engine.command.");

    /** What a start needs nothing of, and once loaded unawares: each of them cost the host a tenth of a second or more. */
    private static final List<String> NOT_NEEDED = List.of(
            "net.bytebuddy.",
            "org.slf4j.",
            "io.micrometer.",
            "io.prometheus.",
            "org.postgresql.",
            "sun.util.cldr.",
            "sun.util.resources.");

    private static final Pattern LOADED = Pattern.compile("(?m)^(\\S+) source: (.*)$");

    @TempDir
    Path folder;

    @OnEachJdk
    void premainLoadsNothingThatIsTheHostsToStartAndKeepsTheClassArchive(Jdk jdk) throws IOException {
        Host host = Host.of(folder, PLAIN_MAIN).withConfig(everythingOn());
        Database database = table();

        Map<String, String> before = classesLoadedBy(host.withoutAgent(), jdk, "without.txt");
        Map<String, String> after = classesLoadedBy(host.withAgent(), jdk, "with.txt");

        assertThat(database.sessionIds()).as("the sweep ran").containsExactly("live-id");
        List<String> inPremain = after.keySet().stream()
                .takeWhile(name -> !name.equals("com.acme.Orchestrator"))
                .toList();
        assertThat(inPremain).contains("java.lang.SessionTtlDoor").hasSizeLessThan(after.size());
        assertThat(inPremain).noneMatch(name -> LEFT_TO_THE_HOST.stream().anyMatch(name::startsWith));
        assertThat(fromArchive(before)).hasSizeGreaterThan(300);
        assertThat(fromArchive(after)).containsAll(fromArchive(before));
    }

    @OnEachJdk
    void aStartLoadsNothingThatItDoesNotNeed(Jdk jdk) throws IOException {
        Database database = table();

        Set<String> loaded = classesLoadedBy(
                        Host.of(folder, PLAIN_MAIN).withConfig(oneSite()).withAgent(), jdk, "with.txt")
                .keySet();

        assertThat(database.sessionIds()).as("the sweep ran").containsExactly("live-id");
        assertThat(loaded).contains("java.lang.SessionTtlDoor", "com.acme.Orchestrator");
        assertThat(loaded).noneMatch(name -> NOT_NEEDED.stream().anyMatch(name::startsWith));
    }

    /** To be made anew where it says otherwise: what the list lacks is looked up in the jar class by class. */
    @OnEachJdk
    void theListOfWhatEveryStartLoadsIsTrue(Jdk jdk) throws IOException {
        table();

        Set<String> loaded =
                classesLoadedBy(
                                Host.of(folder, PLAIN_MAIN)
                                        .withConfig(oneSite())
                                        .withAgent(),
                                jdk,
                                "with.txt")
                        .entrySet()
                        .stream()
                        .filter(one -> one.getValue().startsWith("file:")
                                && one.getValue().endsWith("/session-ttl-agent.jar"))
                        .map(one -> one.getKey().replace('.', '/') + ".class")
                        .filter(file -> !file.startsWith("dev/sessionttl/bootstrap/"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(String.join("\n", loaded) + "\n").isEqualTo(Files.readString(Path.of("start-classes.txt")));
    }

    /** Every host with SQLite has its driver woven; what is asked about a class is for hosts with sites to pay. */
    @OnEachJdk
    void aHostWithADriverAndNoSiteThatIsLoadedHasNoClassDescribed(Jdk jdk) throws IOException {
        table();
        Host host = Host.of(folder, """
                package com.acme;

                public class Orchestrator {
                    public static void main(String[] args) throws Exception {
                        try (var opened = java.sql.DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db")) {
                            System.out.println(opened.isClosed());
                        }
                    }
                }
                """).withSqlite().withConfig(oneSite());

        Set<String> loaded = classesLoadedBy(host.withAgent(), jdk, "with.txt").keySet();

        assertThat(loaded).contains("net.bytebuddy.jar.asm.ClassWriter", "org.sqlite.core.NativeDB");
        assertThat(loaded)
                .doesNotContain("dev.sessionttl.engine.weaving.Weaver", "dev.sessionttl.engine.classfile.ClassHeader");
    }

    /** An archive of the host's own classes is what a jar on the bootstrap search path would cost it. */
    @OnEachJdk
    void aHostsOwnClassArchiveStaysInUse(Jdk jdk) throws IOException {
        table();
        Host.of(folder, PLAIN_MAIN);
        Path jar = folder.resolve("orchestrator.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "com.acme.Orchestrator");
        String entry = "com/acme/Orchestrator.class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out, manifest)) {
            packed.putNextEntry(new JarEntry(entry));
            packed.write(Files.readAllBytes(folder.resolve("classes").resolve(entry)));
        }
        Host.ofJar(folder, jar)
                .withoutAgent()
                .withJvmOptions("-XX:ArchiveClassesAtExit=host.jsa")
                .run(jdk)
                .succeeded();

        Host host = Host.ofJar(folder, jar)
                .withConfig(everythingOn())
                .withJvmOptions("-XX:SharedArchiveFile=host.jsa")
                .withJvmOptions(jdk.nativeAccess());
        Map<String, String> before = classesLoadedBy(host.withoutAgent(), jdk, "without.txt");
        Map<String, String> after = classesLoadedBy(host.withAgent(), jdk, "with.txt");

        assertThat(before.get("com.acme.Orchestrator")).startsWith("shared objects file");
        assertThat(after.get("com.acme.Orchestrator")).startsWith("shared objects file");
    }

    /** The bundled SQLite is loaded in premain; from JDK 24 on the JVM warns of that unless it is told not to. */
    @OnEachJdk
    void theJvmWarnsOfNothingButTheNativeLibrary(Jdk jdk) {
        table();
        Host host = Host.of(folder, PLAIN_MAIN).withConfig(everythingOn());

        Host.Run run = host.run(jdk).succeeded();
        table();
        Host.Run allowed = host.withJvmOptions(jdk.nativeAccess()).run(jdk).succeeded();

        assertThat(run.out()).isEqualTo("main runs\n");
        assertThat(allowed.out()).isEqualTo("main runs\n");
        assertThat(allowed.hostLines()).isEmpty();
        if (jdk.feature() < 24) {
            assertThat(run.hostLines()).isEmpty();
        } else {
            assertThat(run.hostLines().stream().filter(line -> !line.isBlank()))
                    .hasSize(4)
                    .allMatch(line -> line.startsWith("WARNING: "))
                    .anyMatch(line -> line.contains("System::load") && line.contains("NativeLibrary"))
                    .anyMatch(line -> line.contains("--enable-native-access="));
        }
    }

    @OnEachJdk
    void aHostChoosesItsLogManagerByOptionOrInItsFirstStatement(Jdk jdk) {
        table();
        String main = """
                package com.acme;

                import java.util.logging.*;

                public class Orchestrator {
                    public static void main(String[] args) throws Exception {
                        if (args.length > 0) System.setProperty("java.util.logging.manager", args[0]);
                        System.out.println("first " + LogManager.getLogManager().getClass().getName());
                        System.in.read();
                        System.out.println("later " + LogManager.getLogManager().getClass().getName());
                    }
                }
                """;
        String manager = """
                package com.acme;

                public class HostLogManager extends java.util.logging.LogManager {}
                """;
        Host byStatement =
                Host.of(folder, main, manager).withConfig(everythingOn()).withArguments("com.acme.HostLogManager");
        Host byOption = Host.of(folder, main, manager)
                .withConfig(everythingOn())
                .withJvmOptions("-Djava.util.logging.manager=com.acme.HostLogManager");

        for (Host host : List.of(byStatement, byOption)) {
            Host.Running running = host.start(jdk);
            assertThat(running.metrics().text()).contains("claude_session_expired_total");
            assertThat(running.waitFor().succeeded().out())
                    .isEqualTo("first com.acme.HostLogManager\nlater com.acme.HostLogManager\n");
        }
    }

    /** As Spring Boot's launcher does it: the application and its libraries lie below the system loader. */
    @OnEachJdk
    void aHostBelowALoaderOfItsOwnFindsItsDriverAndItsSitesAreWoven(Jdk jdk) {
        String launcher = """
                package com.acme;

                import java.io.File;
                import java.net.*;

                public class Launcher {
                    public static void main(String[] args) throws Exception {
                        URLClassLoader loader = new URLClassLoader("application", new URL[] {
                            new File("application/").toURI().toURL(), new File(args[0]).toURI().toURL()
                        }, Launcher.class.getClassLoader());
                        Thread.currentThread().setContextClassLoader(loader);
                        loader.loadClass("com.acme.app.Application").getMethod("main", String[].class).invoke(null, (Object) args);
                    }
                }
                """;
        String application = """
                package com.acme.app;

                import java.sql.*;

                public class Application {
                    public static void main(String[] args) throws Exception {
                        System.out.println("old " + find("old"));
                        System.out.println("young " + find("young"));
                        DriverManager.drivers().forEach(driver -> System.out.println(driver.getClass()));
                    }

                    static String find(String agentId) throws SQLException {
                        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                                Statement statement = connection.createStatement();
                                ResultSet result = statement.executeQuery(
                                        "SELECT session_id FROM agent_sessions WHERE agent_id = '" + agentId + "'")) {
                            return result.next() ? result.getString(1) : null;
                        }
                    }
                }
                """;
        Database database = table();
        Host host = Host.of(folder, launcher)
                .compile(folder.resolve("application"), application)
                .withJvmOptions(jdk.nativeAccess())
                .withArguments(Host.library("sqlite-jdbc").toString())
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.app.Application#find(String)", "key", "arg0")
                        .toString());

        Host.Run before = host.withoutAgent().run(jdk).succeeded();
        Host.Run after = host.withAgent().run(jdk).succeeded();

        assertThat(before.out()).isEqualTo("old stale-id\nyoung live-id\nclass org.sqlite.JDBC\n");
        assertThat(after.out()).isEqualTo("old null\nyoung live-id\nclass org.sqlite.JDBC\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    private Database table() {
        Database database = new Database(folder.resolve("data").resolve("orchestrator.db"));
        return (Files.exists(database.file()) ? database.execute("DELETE FROM agent_sessions") : Database.in(folder))
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
    }

    private static String oneSite() {
        return AgentsJson.ofTable()
                .withSweep()
                .withRead("com.acme.SessionStore#find", "key", "arg0")
                .toString();
    }

    private static String everythingOn() {
        return AgentsJson.ofTable()
                .withSweep()
                .withHttp()
                .withRead("com.acme.SessionStore+#find", "key", "arg0")
                .withFailure("com.acme.*#resume", "sessionId", "arg0")
                .withLog("com.acme.*")
                .toString();
    }

    /** Where each class came from, in the order that they were loaded. */
    private Map<String, String> classesLoadedBy(Host host, Jdk jdk, String log) throws IOException {
        host.withJvmOptions("-Xlog:class+load=info:file=" + log + ":none")
                .run(jdk)
                .succeeded();
        Map<String, String> sources = new LinkedHashMap<>();
        Matcher line = LOADED.matcher(Files.readString(folder.resolve(log)));
        while (line.find()) {
            sources.putIfAbsent(line.group(1), line.group(2));
        }
        return sources;
    }

    private static Set<String> fromArchive(Map<String, String> sources) {
        Set<String> names = new TreeSet<>();
        sources.forEach((name, source) -> {
            if (source.contains("shared objects file") && !name.contains("$$Lambda") && !name.contains("LambdaForm")) {
                names.add(name);
            }
        });
        return names;
    }
}
