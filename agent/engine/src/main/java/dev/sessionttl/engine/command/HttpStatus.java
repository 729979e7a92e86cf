package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/** The status of a running agent, where its config has it serve HTTP. */
final class HttpStatus {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final String PATH = "/status.json";

    private HttpStatus() {}

    static String of(String url) throws CommandException {
        URI uri = statusUri(url);
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            int answer = connection.getResponseCode();
            if (answer != HttpURLConnection.HTTP_OK) {
                throw new CommandException(
                        shown(url) + " answers " + answer + " to " + PATH + ": is that the agent's http.port?");
            }
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException | RuntimeException failure) {
            throw new CommandException(
                    shown(url) + " cannot be reached (" + Log.inWords(failure)
                            + "): is the host running, and has its config an http section?",
                    failure);
        }
    }

    private static URI statusUri(String url) throws CommandException {
        try {
            URI uri = new URI(url.contains("://") ? url : "http://" + url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), PATH, null, null);
            }
        } catch (URISyntaxException noUrl) {
            // Told below.
        }
        throw new CommandException(shown(url) + " is no URL; write --url http://127.0.0.1:9477");
    }

    /** Without what may be a password. */
    static String shown(String url) {
        return url.replaceAll("^(\\w+://)?[^/]*@", "$1").replaceAll("\\?.*", "");
    }
}
