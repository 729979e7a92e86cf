package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** The agent's meters as a scraper gets them. */
public record Metrics(String text) {
    public static Metrics scrapedFrom(URI address) {
        return new Metrics(page(address));
    }

    /** What is served at an address of this machine. */
    public static String page(URI address) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** @param meter its name, with its labels where it has any: {@code x_total{operation="find"}} */
    public double valueOf(String meter) {
        String line = text.lines()
                .filter(each -> each.startsWith(meter + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + meter + " in\n" + text));
        return Double.parseDouble(line.substring(meter.length() + 1));
    }

    public double failedOpenAt(String operation) {
        return valueOf("claude_session_store_errors_total{operation=\"" + operation + "\"}");
    }

    /** How often the agent failed open, whatever at. */
    public double failedOpen() {
        assertThat(text).contains("claude_session_store_errors_total{");
        return text.lines()
                .filter(line -> line.startsWith("claude_session_store_errors_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
