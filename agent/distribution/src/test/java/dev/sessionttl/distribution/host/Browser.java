package dev.sessionttl.distribution.host;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, and a page of another origin that embeds what it is to look at. */
public final class Browser implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final ChromeDriver chrome;
    private final HttpServer embedding;

    private Browser(ChromeDriver chrome, HttpServer embedding) {
        this.chrome = chrome;
        this.embedding = embedding;
    }

    /** Ends the test where there is no Chromium. */
    public static Browser open(Path profile) {
        Path chromium = Tools.path("chromium");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Tools.path("chromedriver").toFile())
                .build();
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.WARNING);
        ChromeOptions options = new ChromeOptions()
                .setBinary(chromium.toString())
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=2000,1300",
                        "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logs);
        try {
            HttpServer embedding = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            embedding.createContext("/", exchange -> {
                byte[] page = exchange.getRequestURI().getQuery().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                exchange.close();
            });
            embedding.start();
            return new Browser(new ChromeDriver(service, options), embedding);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public ChromeDriver chrome() {
        return chrome;
    }

    public Browser see(URI page) {
        chrome.get(page.toString());
        return this;
    }

    /** As somebody else's page shows it, in an iframe of this size; what is asked from now on is asked of the frame. */
    public Browser seeEmbedded(URI page, int width, int height) {
        return seeEmbedded(page, width, height, "");
    }

    /** @param attributes more of the iframe's: {@code sandbox='allow-scripts'} */
    public Browser seeEmbedded(URI page, int width, int height, String attributes) {
        String frame = "<!doctype html><title>dashboard</title><body style='margin:0'><iframe src='" + page
                + "' width='" + width + "' height='" + height + "' style='border:0' title='tile' " + attributes
                + "></iframe>";
        chrome.get("http://127.0.0.1:" + embedding.getAddress().getPort() + "/?"
                + URLEncoder.encode(frame, StandardCharsets.UTF_8).replace("+", "%20"));
        chrome.switchTo().frame(chrome.findElement(By.tagName("iframe")));
        return this;
    }

    /** @param scheme {@code light} or {@code dark} */
    public Browser prefer(String scheme) {
        chrome.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    public Browser withoutScripts(boolean without) {
        chrome.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", without));
        return this;
    }

    public String text(String selector) {
        return chrome.findElement(By.cssSelector(selector)).getText();
    }

    /** What a script returns; it is none of the page's, so that no policy of the page stops it. */
    public String ask(String script) {
        return String.valueOf(chrome.executeScript(script));
    }

    /** Returns when a script returns true, in this document or in one that has taken its place meanwhile. */
    public Browser until(String script) {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        Object seen = "nothing yet";
        while (!Boolean.TRUE.equals(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never true: " + script + "; the page:\n" + seen);
            }
            try {
                seen = chrome.executeAsyncScript(
                        "const done = arguments[arguments.length - 1], until = performance.now() + 1000;"
                                + "const look = () => { if ((() => {" + script + "})()) done(true);"
                                + " else if (performance.now() > until) done(document.body.innerText);"
                                + " else setTimeout(look, 50); }; look();");
            } catch (JavascriptException replaced) {
                seen = replaced.getMessage();
            }
        }
        return this;
    }

    /** What the browser has warned of since this was last asked. */
    public List<String> warnings() {
        return chrome.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(Object::toString)
                .toList();
    }

    public void saveScreenshot(Path file) {
        try {
            Files.write(file, chrome.findElement(By.tagName("html")).getScreenshotAs(OutputType.BYTES));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        chrome.quit();
        embedding.stop(0);
    }
}
