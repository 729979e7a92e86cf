package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * One of the hosts beside the demo, built by the build and started with the {@code agents.json} that lies beside its source. It
 * finds a {@code claude} on its path, which keeps a list of its runs.
 */
public final class DemoHost {
    private static final Path DEMO =
            Path.of(System.getProperty("demo.jar")).toAbsolutePath().getParent().getParent();
    private static final Path STAND_IN = DEMO.resolve("src/main/resources/com/acme/orchestrator/claude-stand-in.sh");
    private static final Pattern LIBRARY = Pattern.compile("(?:.*/)?([A-Za-z][\\w.-]*?)-(\\d[\\w.]*)\\.jar");

    private final Path folder;
    private final Path jar;
    private final Host.Running running;

    private DemoHost(Path folder, Path jar, Host.Running running) {
        this.folder = folder;
        this.jar = jar;
        this.running = running;
    }

    /**
     * @param shape its folder under {@code demo-orchestrator}
     * @param folder an empty one, which it works in
     */
    public static DemoHost start(Jdk jdk, String shape, Path folder, String... jvmOptions) {
        return start(jdk, shape, folder, DEMO.resolve(shape).resolve("agents.json"), jvmOptions);
    }

    /** As {@link #start(Jdk, String, Path, String...)}, with another config. */
    public static DemoHost start(Jdk jdk, String shape, Path folder, Path config, String... jvmOptions) {
        Path jar = jarOf(shape);
        Host host = Host.ofJar(folder, jar)
                .withAgents("-javaagent:" + Host.agentJar() + "=" + config)
                .withJvmOptions("-Dsession.ttl.http.port=0")
                .withJvmOptions(jvmOptions)
                // Half the time of such a short life is spent on compiling.
                .withJvmOptions("-XX:TieredStopAtLevel=1")
                .withJvmOptions(jdk.nativeAccess())
                .withExecutable("bin/claude", """
                        #!/bin/sh
                        printf '%%s\\n' "$*" >> '%s'
                        exec sh '%s' "$@"
                        """.formatted(folder.resolve("runs.txt"), STAND_IN))
                .withEnvironment("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"))
                .withEnvironment("CLAUDE_CONFIG_DIR", folder.resolve("claude").toString())
                .withEnvironment("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0");
        return new DemoHost(folder, jar, host.start(jdk));
    }

    /** As the build made it. */
    public static Path jarOf(String shape) {
        Path jar = DEMO.resolve(shape).resolve("target").resolve("demo-" + shape + ".jar");
        assertThat(jar).as("built by the module demo-orchestrator/%s", shape).exists();
        return jar;
    }

    /** Has it do a task; gives what it says of it, which is the session unless the task came to nothing. */
    public String dispatch(String task) {
        try {
            running.process().getOutputStream().write((task + "\n").getBytes(StandardCharsets.UTF_8));
            running.process().getOutputStream().flush();
        } catch (IOException failure) {
            // It has ended, and what it said at its end tells more.
        }
        return running.awaitOut(Pattern.compile("(?m)^" + Pattern.quote(task) + ": (.*)$"))
                .group(1);
    }

    /** The CLI loses a session, as it does when it cleans up. */
    public void lose(String sessionId) {
        try (Stream<Path> transcripts = Files.walk(folder.resolve("claude"))) {
            List<Path> found = transcripts
                    .filter(file -> file.endsWith(sessionId + ".jsonl"))
                    .toList();
            assertThat(found).as("the transcript of %s", sessionId).hasSize(1);
            Files.delete(found.get(0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How often the CLI was asked to go on with a session. */
    public long resumesOf(String sessionId) {
        try (Stream<String> runs = Files.lines(folder.resolve("runs.txt"))) {
            return runs.filter(run -> run.contains("--resume " + sessionId)).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Metrics metrics() {
        return running.metrics();
    }

    /** Ends its input, and waits for its end, which is to be a good one. */
    public void end() {
        Host.Run run = running.waitFor().succeeded();
        assertThat(run.err().lines().filter(Acme::isWarning)).isEmpty();
    }

    /** The version of one of its libraries, which lie in its jar or in a folder beside it. */
    public String versionOf(String library) {
        try {
            return libraries().stream()
                    .map(LIBRARY::matcher)
                    .filter(name -> name.matches() && name.group(1).equals(library))
                    .map(name -> name.group(2))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + library + " with " + jar));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<String> libraries() throws IOException {
        Path beside = jar.resolveSibling("libraries");
        if (Files.isDirectory(beside)) {
            try (Stream<Path> files = Files.list(beside)) {
                return files.map(Path::toString).toList();
            }
        }
        try (ZipFile packed = new ZipFile(jar.toFile())) {
            return packed.stream().map(ZipEntry::getName).toList();
        }
    }
}
