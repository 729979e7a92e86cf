package dev.sessionttl.engine.console;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The few lines of HTTP/1.1 that a read-only page needs: one GET or HEAD a connection. The JDK's own server would start
 * java.util.logging before the host has chosen its LogManager (law 4), and lets a few slow clients keep all others out.
 *
 * <p>One daemon thread serves everyone and waits for no one. A client has a few seconds in all; when there are too many, the
 * one that has been there for longest goes, so that a quick one is served however many slow ones there are.
 */
final class HttpEndpoint {
    static final int MOST_CLIENTS = 32;
    private static final long CLIENT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Pages pages;
    /** Whoever came first is the first to be out of time. */
    private final Deque<HttpClientConnection> clients = new ArrayDeque<>();

    private boolean paused;
    private long pausedUntilNanos;

    private HttpEndpoint(ServerSocketChannel listener, Selector selector, Pages pages) throws IOException {
        this.listener = listener;
        this.selector = selector;
        this.pages = pages;
        listener.configureBlocking(false);
        this.accepting = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Opens the port; returns where it listens. */
    static InetSocketAddress open(InetSocketAddress address, Pages pages) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("no address is known of " + address.getHostString());
        }
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(address, MOST_CLIENTS);
            HttpEndpoint endpoint = new HttpEndpoint(listener, Selector.open(), pages);
            Thread thread = new Thread(endpoint::run, "session-ttl-http");
            thread.setDaemon(true);
            thread.start();
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException failure) {
            listener.close();
            throw failure;
        }
    }

    private void run() {
        try {
            while (listener.isOpen()) {
                // A host may interrupt every thread that it finds: the next look at a channel would close it.
                boolean unused = Thread.interrupted();
                selector.select(this::proceed, millisToNextDeadline());
                closeOverdue();
            }
        } catch (Throwable failure) {
            Log.warnOnce("console", "the console is closed until the host starts again", failure);
            closeQuietly(listener);
        }
    }

    private void proceed(SelectionKey key) {
        if (key == accepting) {
            accept();
        } else if (key.attachment() instanceof HttpClientConnection client) {
            proceed(client, key);
        }
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                welcome(channel);
            }
        } catch (Throwable failure) {
            // The process is out of file descriptors or memory, say: the client stays in line, and asking at once would
            // take a
            // core.
            Log.debug("a client of the console could not be let in: " + Log.inWords(failure));
            accepting.interestOps(0);
            paused = true;
            pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        if (clients.size() == MOST_CLIENTS) {
            close(clients.element());
        }
        boolean isWelcome = false;
        try {
            HttpClientConnection client = new HttpClientConnection(channel, pages, System.nanoTime() + CLIENT_NANOS);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, client);
            isWelcome = clients.add(client);
        } finally {
            if (!isWelcome) {
                closeQuietly(channel);
            }
        }
    }

    private void proceed(HttpClientConnection client, SelectionKey key) {
        try {
            int next = client.proceed();
            if (next == 0) {
                close(client);
            } else {
                key.interestOps(next);
            }
        } catch (Throwable failure) {
            // The host may be out of memory just now: it costs this client, and not the console.
            Log.debug("a client of the console could not be served: " + Log.inWords(failure));
            close(client);
        }
    }

    /** 0 where nothing is to be done until somebody comes: no client, no wake-up. */
    private long millisToNextDeadline() {
        long next = Long.MAX_VALUE;
        long now = System.nanoTime();
        if (!clients.isEmpty()) {
            next = clients.element().deadlineNanos() - now;
        }
        if (paused) {
            next = Math.min(next, pausedUntilNanos - now);
        }
        return next == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(next) + 1);
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        while (!clients.isEmpty() && clients.element().deadlineNanos() - now <= 0) {
            close(clients.element());
        }
        if (paused && pausedUntilNanos - now <= 0) {
            paused = false;
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void close(HttpClientConnection client) {
        clients.remove(client);
        closeQuietly(client.channel());
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception unimportant) {
            Log.debug("a connection of the console was not closed: " + Log.inWords(unimportant));
        }
    }

    /** What is served. */
    @FunctionalInterface
    interface Pages {
        Response answer(Request request);
    }
}
