package dev.sessionttl.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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

/** A host in a JVM of its own; remembers when it said what. */
final class ChildJvm implements AutoCloseable {
    private static final long LONGEST_MINUTES = 30;

    private final long startedAtNanos;
    private final Process process;
    private final Map<String, Long> said = new ConcurrentHashMap<>();
    private final CountDownLatch silent = new CountDownLatch(2);

    private ChildJvm(ProcessBuilder builder) throws IOException {
        this.startedAtNanos = System.nanoTime();
        this.process = builder.start();
        listen(process.getInputStream());
        listen(process.getErrorStream());
    }

    /**
     * On the JDK that runs the benchmark.
     *
     * @param folder its working directory
     * @param program class path or jar, and arguments
     */
    static ChildJvm start(Path folder, List<String> options, List<String> program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(program);
        return new ChildJvm(new ProcessBuilder(command).directory(folder.toFile()));
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

    /** Waits for its end, which must be a good one; gives the moment. */
    long awaitEnd() throws InterruptedException {
        int exit = process.waitFor();
        long at = System.nanoTime();
        silent.await();
        if (exit != 0) {
            throw new IllegalStateException("the host ended with " + exit + ", and said " + said.keySet());
        }
        return at;
    }

    long startedAtNanos() {
        return startedAtNanos;
    }

    /** What it said of itself by the time of its end: {@code figure NAME VALUE}. */
    Map<String, Double> figures() {
        Map<String, Double> figures = new HashMap<>();
        for (String line : said.keySet()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && words[0].equals("figure")) {
                figures.put(words[1], Double.valueOf(words[2]));
            }
        }
        return figures;
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
