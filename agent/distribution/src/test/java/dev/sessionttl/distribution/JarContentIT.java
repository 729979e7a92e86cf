package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.ConstantPool;
import dev.sessionttl.distribution.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is in the jar, and what is not: nothing that a host could miss is left out to make it small. */
class JarContentIT {
    private static final String ENGINE = "engine/";
    private static final String START = ENGINE + "start.zip";
    private static final String NATIVES = "org/sqlite/native/";

    /**
     * Of sqlite-jdbc's platforms those where no host is, since it runs the agents' CLI: that is made for Node.js 18 and newer,
     * which gave up Linux on x86 and armv6 and never had the others.
     */
    private static final Set<String> WITHOUT_THE_CLI = Set.of(
            NATIVES + "FreeBSD/x86/libsqlitejdbc.so",
            NATIVES + "Linux/arm/libsqlitejdbc.so",
            NATIVES + "Linux/armv6/libsqlitejdbc.so",
            NATIVES + "Linux/x86/libsqlitejdbc.so",
            NATIVES + "Linux-Musl/x86/libsqlitejdbc.so",
            NATIVES + "Windows/armv7/sqlitejdbc.dll");

    /** Named where nothing is linked: as annotations' and nested types; a tracer, which the Prometheus client looks for. */
    private static final List<String> DISPENSABLE = List.of("io/prometheus/metrics/tracer/");

    /** What it is made of stands in the benchmarks' {@code limits.txt}. */
    private static final long MOST_BYTES = 16_000_000;

    @Test
    void everyPlatformThatTheCliRunsOnHasItsSqlite() throws IOException {
        Set<String> ofTheDriver = natives(Host.library("sqlite-jdbc"), "");
        assertThat(ofTheDriver).containsAll(WITHOUT_THE_CLI);
        ofTheDriver.removeAll(WITHOUT_THE_CLI);

        assertThat(natives(Host.agentJar(), ENGINE)).isEqualTo(ofTheDriver);
    }

    @Test
    void itStaysSmall() throws IOException {
        assertThat(Files.size(Host.agentJar())).isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    void whatOnlyCompilersReadIsNotInIt() throws IOException {
        try (JarFile jar = new JarFile(Host.agentJar().toFile())) {
            assertThat(jar.stream().map(JarEntry::getName).filter(JarContentIT::isForCompilers))
                    .isEmpty();
        }
    }

    /** By the constant pools, from the engine's own classes on: a library's class that one of them links to has to be there. */
    @Test
    void nothingThatTheEngineReachesIsLeftOut() throws IOException {
        Map<String, Set<String>> references = references();
        Set<String> libraries =
                references.keySet().stream().map(JarContentIT::library).collect(Collectors.toSet());
        Deque<String> ahead = new ArrayDeque<>(references.keySet().stream()
                .filter(type -> type.startsWith("dev/sessionttl/"))
                .toList());
        Set<String> reached = new HashSet<>(ahead);
        Map<String, String> missing = new TreeMap<>();

        while (!ahead.isEmpty()) {
            String type = ahead.remove();
            for (String other : references.get(type)) {
                if (!references.containsKey(other)) {
                    if (libraries.contains(library(other))
                            && DISPENSABLE.stream().noneMatch(other::startsWith)) {
                        missing.put(other, "for " + type);
                    }
                } else if (reached.add(other)) {
                    ahead.add(other);
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(reached)
                .contains(
                        "net/bytebuddy/jar/asm/ClassWriter",
                        "io/micrometer/prometheusmetrics/PrometheusMeterRegistry",
                        "org/postgresql/jdbc/PgConnection",
                        "org/sqlite/jdbc4/JDBC4Connection",
                        "picocli/CommandLine",
                        "tools/jackson/core/json/JsonFactory");
    }

    /** Where the JDK would make classes of them, at the start of a host; a build step has made them. */
    @Test
    void noLambdaIsLeftToTheJdk() throws IOException {
        Map<String, Set<String>> references = references();
        references.values().removeIf(types -> !types.contains("java/lang/invoke/LambdaMetafactory"));

        assertThat(references.keySet()).isEmpty();
    }

    /** Libraries name others that are not in the jar: more than before must not be missed for want of those. */
    @Test
    void theJvmTakesEveryClassAsItDidBeforeItsLambdasWereClasses() throws IOException {
        Map<String, String> before = refused(Host.agentJar().resolveSibling("unpacked/classes"));
        Map<String, String> now = refused(Host.agentJar().resolveSibling("engine"));
        now.entrySet()
                .removeIf(lambda -> lambda.getKey().matches(".*\\$Lambda[0-9]+")
                        && lambda.getValue().startsWith(NoClassDefFoundError.class.getName()));

        assertThat(now).isEqualTo(before);
    }

    /** The classes of a folder that the JVM does not link, and why. */
    private static Map<String, String> refused(Path folder) throws IOException {
        Map<String, String> refused = new TreeMap<>();
        URL[] urls = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String path = folder.relativize(file).toString();
                if (path.endsWith(".class")) {
                    String name = path.substring(0, path.lastIndexOf('.')).replace('/', '.');
                    try {
                        // To tell of its constructors, the JVM verifies the class; it runs nothing of it.
                        var unused = Class.forName(name, false, loader).getDeclaredConstructors();
                    } catch (LinkageError | ClassNotFoundException | TypeNotPresentException why) {
                        refused.put(name, why.toString());
                    }
                }
            }
        }
        return refused;
    }

    private static boolean isForCompilers(String name) {
        return name.startsWith(ENGINE + "org/checkerframework/")
                || name.startsWith(ENGINE + "org/jspecify/")
                || name.contains("package-info");
    }

    private static Set<String> natives(Path file, String under) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.stream()
                    .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(under + NATIVES))
                    .map(entry -> entry.getName().substring(under.length()))
                    .collect(Collectors.toSet());
        }
    }

    /** The agent's classes, each with the types that it names. */
    private static Map<String, Set<String>> references() throws IOException {
        Map<String, Set<String>> references = new TreeMap<>();
        try (JarFile jar = new JarFile(Host.agentJar().toFile());
                ZipInputStream start = new ZipInputStream(jar.getInputStream(jar.getEntry(START)))) {
            for (JarEntry entry : jar.stream().toList()) {
                int suffix = entry.getName().lastIndexOf(".class");
                if (suffix > 0) {
                    int folder = entry.getName().startsWith(ENGINE) ? ENGINE.length() : 0;
                    try (InputStream in = jar.getInputStream(entry)) {
                        reference(entry.getName().substring(folder, suffix), in, references);
                    }
                }
            }
            for (ZipEntry entry = start.getNextEntry(); entry != null; entry = start.getNextEntry()) {
                reference(entry.getName().replace('.', '/'), start, references);
            }
        }
        return references;
    }

    private static void reference(String type, InputStream in, Map<String, Set<String>> into) throws IOException {
        assertThat(into.put(type, ConstantPool.types(in))).as(type).isNull();
    }

    /** The first two parts of a name: {@code net/bytebuddy}. */
    private static String library(String type) {
        int second = type.indexOf('/', type.indexOf('/') + 1);
        return second < 0 ? type : type.substring(0, second);
    }
}
