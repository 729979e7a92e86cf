package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.StoreException;
import dev.sessionttl.engine.expiry.StoreException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that refuses, or takes a connection and says nothing, or falls silent: the host's threads do not wait for it. */
@Timeout(60)
class PostgresOutOfReachTest {
    /** Far beyond what a read may take, and far below any timeout that a driver or a system has by default. */
    private static final long LONG_NANOS = 8_000_000_000L;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        threads.shutdownNow();
    }

    @Test
    void aServerThatTakesAConnectionAndSaysNothingIsGivenUpSoonAndNotAskedAgain() throws Exception {
        Relay silent = new Relay(0);
        JdbcTable table = tableAt(silent.url());

        assertThat(nanosOf(() -> assertBusy(table, "timed out"))).isLessThan(LONG_NANOS);
        assertBusy(table, "left in peace");
        assertThat(silent.accepted).hasSize(1);
    }

    @Test
    void whoWaitsForAConnectionMeanwhileWaitsNoLonger() throws Exception {
        JdbcTable table = tableAt(new Relay(0).url());
        List<Future<Long>> readers = new ArrayList<>();

        for (int i = 0; i < 40; i++) {
            readers.add(threads.submit(() -> nanosOf(() -> assertBusy(table, ""))));
        }

        for (Future<Long> reader : readers) {
            assertThat(reader.get()).isLessThan(LONG_NANOS);
        }
    }

    @Test
    void aServerThatRefusesIsAskedAFewTimesOnly() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        JdbcTable table = tableAt("jdbc:postgresql://localhost:" + port + "/postgres");

        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            assertBusy(table, "refused");
        }
        assertBusy(table, "left in peace");
    }

    @Test
    void aServerThatFallsSilentIsGivenUpSoonAndServesAgainOnceItAnswers(@TempDir Path directory) throws Exception {
        try (SomeDatabase database = DatabaseKind.POSTGRESQL.create(directory).withSessions("BIGINT")) {
            database.put("a", "s", 5);
            Relay relay = new Relay(PostgresServer.port());
            JdbcTable table =
                    tableAt(database.url.replace(":" + PostgresServer.port() + "/", ":" + relay.port() + "/"));
            SessionRow row = table.findByKey(List.of("a")).get(0);

            relay.isSilent = true;
            assertThat(nanosOf(() -> assertBusy(table, "I/O error"))).isLessThan(LONG_NANOS);
            assertBusy(table, "left in peace");
            assertThat(relay.accepted).hasSize(1);

            relay.isSilent = false;
            assertThat(awaitAnswer(table)).containsExactly(row);
        }
    }

    private JdbcTable tableAt(String url) {
        JdbcTable table = JdbcTable.of(url, SomeDatabase.defaults());
        opened.add(table::closeForGood);
        return table;
    }

    private static void assertBusy(JdbcTable table, String message) {
        StoreException failure = catchThrowableOfType(StoreException.class, () -> table.findByKey(List.of("a")));
        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.kind()).as(failure.toString()).isEqualTo(Kind.BUSY);
    }

    private static List<SessionRow> awaitAnswer(JdbcTable table) {
        while (true) {
            try {
                return table.findByKey(List.of("a"));
            } catch (StoreException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    private static long nanosOf(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return System.nanoTime() - began;
    }

    /** Stands between the agent and a server, and hands on what either says, or nothing. */
    private final class Relay implements AutoCloseable {
        final List<Socket> accepted = new CopyOnWriteArrayList<>();
        private final ServerSocket socket;
        private final int serverPort;
        volatile boolean isSilent;

        /** @param serverPort where the server is; 0 for none: it is silent from the start */
        Relay(int serverPort) throws IOException {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            this.serverPort = serverPort;
            this.isSilent = serverPort == 0;
            opened.add(this);
            run(this::accept);
        }

        int port() {
            return socket.getLocalPort();
        }

        String url() {
            return "jdbc:postgresql://localhost:" + port() + "/postgres?user=postgres";
        }

        private void accept() throws IOException {
            while (true) {
                Socket client = socket.accept();
                accepted.add(client);
                if (serverPort != 0) {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                    run(() -> copy(client, server));
                    run(() -> copy(server, client));
                }
            }
        }

        private void copy(Socket from, Socket to) throws IOException {
            try (from;
                    to) {
                byte[] bytes = new byte[8_192];
                for (int length = from.getInputStream().read(bytes); length >= 0; ) {
                    if (!isSilent) {
                        to.getOutputStream().write(bytes, 0, length);
                    }
                    length = from.getInputStream().read(bytes);
                }
            }
        }

        private void run(Talk talk) {
            threads.execute(() -> {
                try {
                    talk.run();
                } catch (IOException over) {
                    // One of the two has hung up.
                }
            });
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (Socket client : accepted) {
                client.close();
            }
        }
    }

    @FunctionalInterface
    private interface Talk {
        void run() throws IOException;
    }
}
