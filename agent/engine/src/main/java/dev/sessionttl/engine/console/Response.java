package dev.sessionttl.engine.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What is answered.
 *
 * @param allow the methods that would be right, for a 405; else empty
 * @param policy the Content-Security-Policy
 * @param mayBeEmbedded whether a page of another origin may show it
 */
record Response(int status, String contentType, String text, String allow, String policy, boolean mayBeEmbedded) {
    /** For what is no page: whoever opens it in a browser gets a text that can do nothing. */
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    Response(int status, String contentType, String text, String allow) {
        this(status, contentType, text, allow, NOTHING, false);
    }

    static Response of(int status, String text) {
        return new Response(status, "text/plain; charset=utf-8", text, "");
    }

    static Response ofPage(String html, String policy, boolean mayBeEmbedded) {
        return new Response(200, "text/html; charset=utf-8", html, "", policy, mayBeEmbedded);
    }

    byte[] inBytes(boolean withBody) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + reason() + "\r\n"
                + "Content-Type: " + contentType + "\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + (allow.isEmpty() ? "" : "Allow: " + allow + "\r\n")
                + "Cache-Control: no-store\r\n"
                + "Content-Security-Policy: " + policy + "\r\n"
                + "Cross-Origin-Resource-Policy: " + (mayBeEmbedded ? "cross-origin" : "same-origin") + "\r\n"
                + "Referrer-Policy: no-referrer\r\n"
                + "X-Content-Type-Options: nosniff\r\n"
                + "Connection: close\r\n\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(head.getBytes(StandardCharsets.ISO_8859_1));
        if (withBody) {
            bytes.write(body);
        }
        return bytes.toByteArray();
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 421 -> "Misdirected Request";
            default -> "Internal Server Error";
        };
    }
}
