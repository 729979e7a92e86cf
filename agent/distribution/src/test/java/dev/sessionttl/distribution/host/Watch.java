package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a host while it runs: what it prints, and what the agent's {@code /metrics} tells of it. Every wait is bounded. */
public record Watch(Host.Running host) {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Pattern PAGE = Pattern.compile("metrics at (http://\\S+/metrics)");

    /** Waits for a line of the host that begins with this, on stdout. */
    public Watch untilItSays(String line) {
        until(line + " on stdout", () -> find(host.out(), Pattern.compile("(?m)^" + Pattern.quote(line))));
        return this;
    }

    /** Waits for these words in what the agent tells on stderr. */
    public Watch untilTheLogSays(String words) {
        until(words + " on stderr", () -> find(host.err(), Pattern.compile(Pattern.quote(words))));
        return this;
    }

    /**
     * A sample of the agent's metrics, waited for until the page is there: it opens a second after {@code main} began.
     *
     * @param sample name and labels, as the text format writes them
     */
    public double metric(String sample) {
        String page = until("an address of /metrics on stderr", () -> find(host.err(), PAGE));
        Pattern line = Pattern.compile("(?m)^(" + Pattern.quote(sample) + " \\S+)$");
        Matcher found = line.matcher(get(page));
        assertThat(found.find()).as("%s in %s", sample, page).isTrue();
        return Double.parseDouble(found.group(1).substring(sample.length() + 1));
    }

    /** Sends the host an empty line, which it waits for on stdin. */
    public Watch nudge() {
        return tell("");
    }

    /** Tells a host that answers each line on stdin with one on stdout; gives its answer. */
    public String ask(String line) {
        long answered = text(host.out()).lines().count();
        tell(line);
        return until(
                "answer to " + line,
                () -> text(host.out())
                        .transform(out ->
                                out.endsWith("\n") ? out.lines().skip(answered).findFirst() : Optional.empty()));
    }

    /** Asks again and again until this is the answer. */
    public Watch askUntil(String line, String answer) {
        until(answer + " to " + line, () -> Optional.of(ask(line)).filter(answer::equals));
        return this;
    }

    private Watch tell(String line) {
        try {
            host.process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            host.process().getOutputStream().flush();
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the host's stdin, which it lingers on, and waits for its end. */
    public Host.Run release() {
        try {
            host.process().getOutputStream().close();
            return host.waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String until(String what, Supplier<Optional<String>> look) {
        long end = System.nanoTime() + LONGEST.toNanos();
        try {
            while (System.nanoTime() < end) {
                boolean ended = host.process().waitFor(20, TimeUnit.MILLISECONDS);
                Optional<String> seen = look.get();
                if (seen.isPresent()) {
                    return seen.get();
                }
                assertThat(ended)
                        .as("no %s before the host ended; stderr:\n%s", what, text(host.err()))
                        .isFalse();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        host.process().destroyForcibly();
        throw new AssertionError("no " + what + "; stdout:\n" + text(host.out()) + "\nstderr:\n" + text(host.err()));
    }

    private static Optional<String> find(Path file, Pattern wanted) {
        Matcher found = wanted.matcher(text(file));
        return found.find() ? Optional.of(found.group(found.groupCount())) : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String get(String page) {
        HttpClient http =
                HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        try {
            return http.send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
