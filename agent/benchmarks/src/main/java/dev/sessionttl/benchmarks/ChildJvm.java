package dev.sessionttl.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host in a JVM of its own, with the agent's real jar; remembers when it said what. */
final class ChildJvm implements AutoCloseable {
    private static final long LONGEST_MINUTES = 30;

    private final Process process;
    private final Map<String, Long> said = new ConcurrentHashMap<>();
    private final CountDownLatch silent = new CountDownLatch(2);

    private ChildJvm(Process process) {
        this.process = process;
        listen(process.getInputStream());
        listen(process.getErrorStream());
    }

    /** @param config the agent's, in JSON */
    static ChildJvm start(Path folder, Path agent, String config, String classPath, String... arguments)
            throws IOException {
        Path file = Files.writeString(folder.resolve("agents.json"), config);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + agent.toAbsolutePath() + "=" + file,
                "-Dsession.ttl.log=debug"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath, Host.class.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(
                new ProcessBuilder(command).directory(folder.toFile()).start());
    }

    private void listen(InputStream stream) {
        Thread listener = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    said.putIfAbsent(line, System.nanoTime());
                }
            } catch (IOException gone) {
                // The process was ended.
            } finally {
                silent.countDown();
            }
        });
        listener.setDaemon(true);
        listener.start();
    }

    /** What it said, as soon as a line matches. */
    Line await(Pattern line) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
        while (System.nanoTime() < end) {
            boolean over = silent.getCount() == 0;
            for (Map.Entry<String, Long> one : said.entrySet()) {
                Matcher matcher = line.matcher(one.getKey());
                if (matcher.find()) {
                    return new Line(matcher.toMatchResult(), one.getValue());
                }
            }
            if (over) {
                break;
            }
            boolean unused = silent.await(5, TimeUnit.MILLISECONDS);
        }
        throw new IllegalStateException("the host never said " + line + ", but " + said.keySet());
    }

    /**
     * @param atNanos when it was said
     */
    record Line(MatchResult match, long atNanos) {}

    /** Lets it end and waits for that. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.onExit().get(1, TimeUnit.MINUTES);
        } catch (InterruptedException | ExecutionException | TimeoutException hangs) {
            process.destroyForcibly();
            throw new IOException("the host does not end", hangs);
        }
    }
}
