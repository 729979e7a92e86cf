package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A program with a {@code main}, in a folder of its own, that is run with the agent or without it. Its working directory
 * is that folder, so {@code config/agents.json} and {@code data/orchestrator.db} lie under it.
 */
public final class Host {
    private static final Path TARGET =
            Path.of(System.getProperty("distribution.target", "target")).toAbsolutePath();
    private static final Path LIBRARIES = TARGET.resolve("host-libraries");
    private static final Path SHARED_LIBRARIES =
            Path.of(System.getProperty("host.libraries", "../host-libraries/target/host-libraries"));
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^public\\s+(?:final\\s+|abstract\\s+)?(?:class|record|interface|enum)\\s+(\\w+)");
    private static final long LONGEST_RUN_SECONDS = 120;
    private static final long LONGEST_WAIT_SECONDS = 60;
    private static final long POLL_MILLIS = 25;

    private final Path folder;
    private final List<String> classPath = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private List<String> launch = List.of();
    private List<String> agents = List.of("-javaagent:" + agentJar());
    private boolean attached = true;

    private Host(Path folder) {
        this.folder = folder;
    }

    /** The agent's real jar, as the build made it. */
    public static Path agentJar() {
        return TARGET.resolve("session-ttl-agent.jar");
    }

    /** A jar that any host may have on its class path, by the beginning of its name: {@code sqlite-jdbc}. */
    public static Path library(String name) {
        return library("", name);
    }

    /** One of the jars of one kind of host. */
    public static Path library(String kind, String name) {
        return libraries(kind).stream()
                .filter(jar -> jar.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no host library " + name));
    }

    /** A SQLite driver as hosts still have it. */
    public static Path oldDriver(String version) {
        return TARGET.resolve("old-drivers").resolve("sqlite-jdbc-" + version + ".jar");
    }

    /**
     * Jars that hosts may have on their class path, with what they need, by the beginnings of their names. They are many, so
     * a host names what it has.
     */
    public static List<Path> librariesNamed(String... names) {
        try (Stream<Path> jars = Files.list(SHARED_LIBRARIES)) {
            List<Path> found = jars.filter(jar ->
                            Arrays.stream(names).anyMatch(jar.getFileName().toString()::startsWith))
                    .sorted()
                    .toList();
            assertThat(found).as("libraries %s", List.of(names)).hasSizeGreaterThanOrEqualTo(names.length);
            return found;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All that a web application with Actuator has in this line of Spring Boot: 3, 4. */
    public static List<Path> springBoot(int line) {
        Path folder = SHARED_LIBRARIES.resolve("../../spring-boot-" + line + "/target/host-libraries");
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As {@link #of(Path, String...)}, compiled against libraries and with them on the class path. */
    public static Host of(Path folder, List<Path> libraries, String... sources) {
        Host host = launchedBy(folder, nameOf(sources[0]));
        libraries.forEach(host::withLibrary);
        return host.withClasses(sources);
    }

    /** A host of classes that another compiler has made. */
    public static Host ofClasses(Path folder, Path classes, List<Path> libraries, String mainClass) {
        Host host = launchedBy(folder, mainClass).withLibrary(classes);
        libraries.forEach(host::withLibrary);
        return host;
    }

    /**
     * A host of these sources, one top-level public type each; the first one's {@code main} is run. It has no SQLite.
     *
     * @param folder an empty folder, which becomes the working directory
     */
    public static Host of(Path folder, String... sources) {
        return launchedBy(folder, nameOf(sources[0])).withClasses(sources);
    }

    /** A host that lies in a jar of its own: {@code java -jar}. */
    public static Host ofJar(Path folder, Path jar, String... arguments) {
        return launchedBy(folder, "-jar", jar.toString()).withArguments(arguments);
    }

    /** A host with nothing of its own yet, started by these words after {@code java} and its options. */
    public static Host launchedBy(Path folder, String... words) {
        Host host = new Host(folder);
        host.launch = List.of(words);
        return host;
    }

    /** The jars of one kind of host, by their folder in {@code host-libraries}: {@code tomcat}. */
    public static List<Path> libraries(String kind) {
        try (Stream<Path> jars = Files.list(LIBRARIES.resolve(kind))) {
            return jars.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Sources and libraries on the class path, beside what is there already. */
    public Host withClasses(String... sources) {
        Path classes = folder.resolve("classes");
        classPath.add(classes.toString());
        return compile(classes, sources);
    }

    public Host withLibraries(String kind) {
        libraries(kind).forEach(this::withLibrary);
        return this;
    }

    /** With the newest SQLite driver on the class path. */
    public Host withSqlite() {
        return withLibrary(library("sqlite-jdbc"));
    }

    public Host withLibrary(Path jar) {
        classPath.add(jar.toString());
        return this;
    }

    public Host withJvmOptions(String... options) {
        jvmOptions.addAll(List.of(options));
        return this;
    }

    public Host withEnvironment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Host withArguments(String... arguments) {
        launch = Stream.concat(launch.stream(), Arrays.stream(arguments)).toList();
        return this;
    }

    /** As it was before anyone thought of the agent. */
    public Host withoutAgent() {
        attached = false;
        return this;
    }

    public Host withAgent() {
        attached = true;
        return this;
    }

    /** With these agents in this order, each as the JVM's option for it; {@link #agentJar} is one only if it is named. */
    public Host withAgents(String... options) {
        agents = List.of(options);
        return withAgent();
    }

    /** Writes {@code config/agents.json}. */
    public Host withConfig(String json) {
        return withFile("config/agents.json", json);
    }

    public Host withFile(String name, String content) {
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), content);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A program that the host may start, under its working directory. */
    public Host withExecutable(String name, String script) {
        withFile(name, script);
        assertThat(folder.resolve(name).toFile().setExecutable(true)).isTrue();
        return this;
    }

    public Path folder() {
        return folder;
    }

    /** Runs the host to its end. */
    public Run run(Jdk jdk) {
        return start(jdk).waitFor();
    }

    /** Starts the host; what it prints is kept in files until it ends. */
    public Running start(Jdk jdk) {
        List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
        if (attached) {
            command.addAll(agents);
        }
        command.addAll(jvmOptions);
        if (!classPath.isEmpty()) {
            command.addAll(List.of("-cp", String.join(System.getProperty("path.separator"), classPath)));
        }
        command.addAll(launch);
        try {
            Path out = Files.createTempFile(folder, "stdout", ".txt");
            Path err = Files.createTempFile(folder, "stderr", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("SESSION_TTL") || name.startsWith("JAVA_"));
            builder.environment().remove("MAX_SESSION_AGE_MS");
            builder.environment().put("XDG_CACHE_HOME", TARGET.resolve("cache").toString());
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Compiles for JDK 17 against the JDK and the libraries added so far. */
    public Host compile(Path into, String... sources) {
        try {
            Path sourceFolder = Files.createDirectories(folder.resolve("src"));
            Files.createDirectories(into);
            List<String> arguments =
                    new ArrayList<>(List.of("--release", "17", "-d", into.toString(), "-nowarn", "-proc:none"));
            arguments.addAll(List.of("-cp", libraries()));
            if (Arrays.stream(sources).anyMatch(Host::isModule)) {
                arguments.addAll(List.of("-p", libraries()));
            }
            for (String source : sources) {
                Path file = sourceFolder.resolve(nameOf(source).replace('.', '/') + ".java");
                Files.createDirectories(file.getParent());
                Files.writeString(file, source);
                arguments.add(file.toString());
            }
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            int exit = compiler.run(null, null, null, arguments.toArray(String[]::new));
            assertThat(exit).as("the host compiles").isZero();
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String libraries() {
        List<String> all =
                new ArrayList<>(libraries("").stream().map(Path::toString).toList());
        all.addAll(classPath);
        return String.join(System.getProperty("path.separator"), all);
    }

    private static boolean isModule(String source) {
        return source.startsWith("module ");
    }

    private static String nameOf(String source) {
        if (isModule(source)) {
            return "module-info";
        }
        Matcher type = TYPE.matcher(source);
        assertThat(type.find()).as("a public top-level type in %s", source).isTrue();
        Matcher pack = PACKAGE.matcher(source);
        return (pack.find() ? pack.group(1) + "." : "") + type.group(1);
    }

    /** A host that was started. */
    public record Running(Process process, Path out, Path err) {
        private static final Pattern METRICS = Pattern.compile("metrics at (http://\\S+)");

        /** Returns when the host or the agent has said this on stderr; gives what the pattern found. */
        public MatchResult awaitErr(Pattern pattern) {
            return await(err, pattern);
        }

        /** Returns when the host has printed this. */
        public Running awaitOut(String text) {
            await(out, Pattern.compile(Pattern.quote(text)));
            return this;
        }

        /** Returns when the host has printed this; gives what the pattern found. */
        public MatchResult awaitOut(Pattern pattern) {
            return await(out, pattern);
        }

        /** What the agent's meters say now; the config has to open a port. */
        public Metrics metrics() {
            return Metrics.scrapedFrom(URI.create(awaitErr(METRICS).group(1)));
        }

        /** What the agent serves there, of what is asked for by this path. */
        public String page(String path) {
            return Metrics.page(address().resolve(path));
        }

        /** Where the agent serves its pages; the config has to open a port. */
        public URI address() {
            return URI.create(awaitErr(METRICS).group(1)).resolve("/");
        }

        private MatchResult await(Path file, Pattern pattern) {
            return await("saying " + pattern, () -> {
                Matcher matcher = pattern.matcher(Files.readString(file, StandardCharsets.UTF_8));
                return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
            });
        }

        /** Looks again and again while the host runs, until there is something; gives that. */
        public <T> T await(String what, Callable<Optional<T>> look) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
            try {
                while (System.nanoTime() < end) {
                    boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    Optional<T> seen = look.call();
                    if (seen.isPresent()) {
                        return seen.get();
                    }
                    if (ended) {
                        break;
                    }
                }
                process.destroyForcibly();
                throw new AssertionError("never " + what + "; stdout:\n" + Files.readString(out) + "\nstderr:\n"
                        + Files.readString(err));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            } catch (Exception failure) {
                throw new AssertionError("never " + what, failure);
            }
        }

        /** Ends the host's standard input, by which a host may wait for its test, and waits for its end. */
        public Run waitFor() {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError("the host hangs; stderr so far:\n" + Files.readString(err));
                }
                return new Run(
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError(interrupted);
            }
        }
    }

    /** What a host that ended left behind. */
    public record Run(int exit, String out, String err) {
        private static final String AGENT = "[session-ttl] ";

        /** What the agent said, a line each, without its prefix. */
        public List<String> agentLines() {
            return err.lines()
                    .filter(line -> line.startsWith(AGENT))
                    .map(line -> line.substring(AGENT.length()))
                    .toList();
        }

        /** What was said on stderr by anyone but the agent, a line each. */
        public List<String> hostLines() {
            return err.lines().filter(line -> !line.startsWith(AGENT)).toList();
        }

        /** The run, if the host ended well; its output is in the failure otherwise. */
        public Run succeeded() {
            assertThat(exit).as("exit code; stdout:\n%s\nstderr:\n%s", out, err).isZero();
            return this;
        }
    }
}
