package com.acme.orchestrator.night;

import com.acme.orchestrator.DispatchReport;
import com.acme.orchestrator.Orchestrator;
import com.acme.orchestrator.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the orchestrator in a JVM of its own, watched until its queue is empty. */
final class NightRun {
    private final NightFiles files;
    private final Map<String, String> environment;
    private final PrintStream out;

    NightRun(NightFiles files, Map<String, String> environment, PrintStream out) {
        this.files = files;
        this.environment = environment;
        this.out = out;
    }

    /** As the orchestrator is. */
    NightResult plain() throws IOException, InterruptedException {
        return run(List.of(), Optional.empty());
    }

    /** With these JVM options, pointed at this run's database and at a free port. */
    NightResult with(List<String> jvmOptions) throws IOException, InterruptedException {
        int port = Metrics.freePort();
        List<String> options = new ArrayList<>(jvmOptions);
        options.add("-Dsession.ttl.store.url=jdbc:sqlite:" + files.database());
        options.add("-Dsession.ttl.http.port=" + port);
        return run(options, Optional.of(new Metrics(port)));
    }

    private NightResult run(List<String> jvmOptions, Optional<Metrics> metrics)
            throws IOException, InterruptedException {
        Process jvm = start(jvmOptions);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            echoUntilQueueEmpty(lines);
            Optional<String> counter = metrics.isPresent() ? metrics.get().failures() : Optional.empty();
            // The orchestrator lingers until its stdin ends, so that the page could still be read.
            jvm.getOutputStream().close();
            lines.lines().forEach(out::println);
            int exit = jvm.waitFor();
            if (exit != 0) {
                throw new IOException("the orchestrator exited with " + exit);
            }
            return new NightResult(reports(), rowsLeft(), counter);
        } finally {
            jvm.destroy();
        }
    }

    private void echoUntilQueueEmpty(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println("  " + line);
            if (line.startsWith(Orchestrator.QUEUE_EMPTY)) {
                return;
            }
        }
    }

    private Process start(List<String> jvmOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(program());
        command.addAll(List.of("run", "--linger"));
        command.addAll(List.of("--db", files.database().toString()));
        command.addAll(List.of("--tasks", files.tasks().toString()));
        command.addAll(List.of("--journal", files.journal().toString()));
        command.addAll(List.of("--workspace", files.workspace().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLAUDE_CONFIG_DIR", files.claudeConfig().toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    // From its jar where there is one: only then are the manifest's entries in force.
    private static List<String> program() {
        String classPath = System.getProperty("java.class.path");
        return Files.isRegularFile(Path.of(classPath))
                ? List.of("-jar", classPath)
                : List.of("-cp", classPath, "com.acme.Main");
    }

    private List<DispatchReport> reports() throws IOException {
        return Files.readAllLines(files.journal()).stream()
                .map(DispatchReport::parse)
                .toList();
    }

    private NightResult.Rows rowsLeft() throws IOException {
        try (SessionStore store = SessionStore.open(files.database(), Clock.systemUTC())) {
            List<String> left = store.sessionIds();
            Transcripts transcripts = files.transcripts();
            return new NightResult.Rows(
                    left.size(),
                    left.stream().filter(id -> !transcripts.exists(id)).count());
        }
    }
}
