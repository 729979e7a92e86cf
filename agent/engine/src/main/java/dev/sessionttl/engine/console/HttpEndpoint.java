package dev.sessionttl.engine.console;

import dev.sessionttl.engine.report.Log;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few lines of HTTP/1.1 that a read-only page needs: one GET or HEAD a connection. The JDK's own server would start
 * java.util.logging before the host has chosen its LogManager (law 4), and lets a few slow clients keep all others out.
 *
 * <p>A client has {@value #REQUEST_MILLIS} ms for its request; a few are served at a time, on daemon threads, and what
 * comes on top is turned away.
 */
final class HttpEndpoint {
    private static final int THREADS = 4;
    private static final int WAITING = 16;
    private static final int REQUEST_MILLIS = 2_000;
    private static final int LONGEST_HEAD = 8_192;

    private final ServerSocket socket;
    private final Pages pages;
    private final ThreadPoolExecutor clients;

    private HttpEndpoint(ServerSocket socket, Pages pages) {
        this.socket = socket;
        this.pages = pages;
        this.clients = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), HttpEndpoint::daemon);
        this.clients.allowCoreThreadTimeOut(true);
    }

    /** Opens the port; returns where it listens. */
    static InetSocketAddress open(InetSocketAddress address, Pages pages) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(address, WAITING);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        HttpEndpoint endpoint = new HttpEndpoint(socket, pages);
        daemon(endpoint::acceptClients).start();
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void acceptClients() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                try {
                    clients.execute(() -> serve(client));
                } catch (RejectedExecutionException tooMany) {
                    client.close();
                }
            } catch (IOException failure) {
                Log.debug("a client of the console was lost: " + Log.inWords(failure));
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(REQUEST_MILLIS);
            Request request = Request.read(client.getInputStream());
            Response response = request.isWellFormed() ? pages.answer(request) : Response.of(400, "bad request\n");
            client.getOutputStream().write(response.inBytes(!request.method().equals("HEAD")));
            if (response.status() != 200) {
                awaitEndOf(client);
            }
        } catch (IOException | RuntimeException failure) {
            Log.debug("a client of the console could not be served: " + Log.inWords(failure));
        }
    }

    /** To close with a body unread would reset the connection, and the client might never see the response. */
    private static void awaitEndOf(Socket client) throws IOException {
        client.shutdownOutput();
        InputStream body = client.getInputStream();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REQUEST_MILLIS);
        byte[] unread = new byte[LONGEST_HEAD];
        while (body.read(unread) >= 0 && System.nanoTime() - deadline < 0) {
            // Nobody wants it.
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "session-ttl-http");
        thread.setDaemon(true);
        return thread;
    }

    /** What is served. */
    @FunctionalInterface
    interface Pages {
        Response answer(Request request);
    }

    /**
     * The head of a request.
     *
     * @param path without the query
     * @param accept the Accept header, in lower case; empty where there is none
     */
    record Request(String method, String path, String accept) {
        private static final Request MALFORMED = new Request("", "", "");

        boolean isWellFormed() {
            return !method.isEmpty();
        }

        static Request read(InputStream in) throws IOException {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REQUEST_MILLIS);
            InputStream buffered = new BufferedInputStream(in);
            String first = line(buffered, deadline);
            String accept = "";
            int length = first.length();
            for (String header = line(buffered, deadline); !header.isEmpty(); header = line(buffered, deadline)) {
                length += header.length();
                if (length > LONGEST_HEAD) {
                    return MALFORMED;
                }
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("accept:")) {
                    accept += lower.substring("accept:".length()) + ",";
                }
            }
            String[] parts = first.split(" ", -1);
            if (parts.length != 3 || !parts[1].startsWith("/") || !parts[2].startsWith("HTTP/1.")) {
                return MALFORMED;
            }
            int query = parts[1].indexOf('?');
            return new Request(parts[0], query < 0 ? parts[1] : parts[1].substring(0, query), accept);
        }

        /** A line without its end; a client that sends it letter by letter has no more time than any other. */
        private static String line(InputStream in, long deadline) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 || line.size() > LONGEST_HEAD || System.nanoTime() - deadline > 0) {
                    throw new IOException("the request ends too early, is too long or comes too slowly");
                }
                if (next != '\r') {
                    line.write(next);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** @param allow the methods that would be right, for a 405; else empty */
    record Response(int status, String contentType, String text, String allow) {
        static Response of(int status, String text) {
            return new Response(status, "text/plain; charset=utf-8", text, "");
        }

        byte[] inBytes(boolean withBody) throws IOException {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            String head = "HTTP/1.1 " + status + " " + reason() + "\r\n"
                    + "Content-Type: " + contentType + "\r\n"
                    + "Content-Length: " + body.length + "\r\n"
                    + (allow.isEmpty() ? "" : "Allow: " + allow + "\r\n")
                    + "Cache-Control: no-store\r\n"
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
                default -> "Internal Server Error";
            };
        }
    }
}
