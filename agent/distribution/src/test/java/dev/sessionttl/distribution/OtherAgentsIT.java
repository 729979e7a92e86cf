package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two agents on one command line, this one first and this one last: the host is served, and the other's work is done too. */
@EnabledOnOs(OS.LINUX)
class OtherAgentsIT {
    private static final String MOCKING_MAIN = """
            package com.acme;

            import static org.mockito.Mockito.*;

            import java.util.*;

            public class MockingTest {
                public static void main(String[] args) throws Exception {
                    SessionStore mock = mock(SessionStore.class);
                    when(mock.find(new Task("nobody"))).thenReturn(Optional.of("mocked-id"));
                    System.out.println(mock.find(new Task("nobody")) + " " + mock.find(new Task("no one")));
                    verify(mock).find(new Task("nobody"));
                    ClaudeCli spy = spy(new ClaudeCli());
                    doReturn("never ran").when(spy).run("dead-id");
                    System.out.println(spy.run("dead-id"));
                    Main.main(args);
                }
            }
            """;

    private static final String OURS = "-javaagent:" + Host.agentJar();
    private static final String SERVED = Acme.SERVED + "copies of SQLite: 1\ndone\n";

    @TempDir
    Path folder;

    @OnEachJdk
    void besideOpenTelemetry(Jdk jdk) {
        String agent = "-javaagent:" + agentJar("opentelemetry");
        Host host = acme(jdk)
                .withJvmOptions(
                        "-Dotel.traces.exporter=console",
                        "-Dotel.metrics.exporter=none",
                        "-Dotel.logs.exporter=none",
                        "-XX:TieredStopAtLevel=1");
        if (jdk.feature() >= 24) {
            // Its own, and not to be told from a warning of this agent's.
            host.withJvmOptions("--sun-misc-unsafe-memory-access=allow");
        }

        inBothOrders(host, agent, () -> {
            Host.Run run = Acme.servedBy(host.start(jdk), 1);
            assertServed(run);
            assertThat(run.err()).contains("LoggingSpanExporter - 'INSERT orchestrator.db.agent_sessions'");
        });

        proven(jdk, "the OpenTelemetry agent " + Compatibility.versionOf(agentJar("opentelemetry")), "JDBC spans");
    }

    @OnEachJdk
    void besideTheJmxExporter(Jdk jdk) throws IOException {
        int port = freePort();
        String agent = "-javaagent:" + agentJar("jmx") + "=127.0.0.1:" + port + ":exporter.yaml";
        Host host = acme(jdk).withFile("exporter.yaml", "{}");

        inBothOrders(host, agent, () -> {
            Host.Running running = host.start(jdk).awaitOut("done\n");
            assertThat(Metrics.page(URI.create("http://127.0.0.1:" + port + "/metrics")))
                    .contains("jvm_threads_current");
            assertServed(Acme.servedBy(running, 1));
        });

        proven(jdk, "the JMX exporter " + Compatibility.versionOf(agentJar("jmx")), "its page");
    }

    @OnEachJdk
    void besideJaCoCo(Jdk jdk) {
        String agent = "-javaagent:" + agentJar("org.jacoco") + "=destfile=coverage.exec,append=false";
        Host host = acme(jdk);
        Acme.database(folder);
        host.withAgents(agent).run(jdk).succeeded();
        Map<String, Long> alone = covered();
        assertThat(alone).containsKeys("com/acme/SessionStore", "com/acme/ClaudeCli");

        inBothOrders(host, agent, () -> {
            assertServed(Acme.servedBy(host.start(jdk), 1));
            // By these numbers a report finds the class files: it has to see them as they were before any weaving.
            assertThat(covered()).isEqualTo(alone);
        });

        proven(jdk, "JaCoCo " + Compatibility.versionOf(agentJar("org.jacoco")), "coverage of woven classes");
    }

    @OnEachJdk
    void besideMockito(Jdk jdk) {
        Path mockito = Host.library("mockito", "mockito-core");
        Host host = Host.launchedBy(folder, "com.acme.MockingTest")
                .withLibraries("mockito")
                .withSqlite()
                .withClasses(Acme.with(MOCKING_MAIN, Acme.MAIN))
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());

        inBothOrders(
                host,
                "-javaagent:" + mockito,
                () -> assertThat(Acme.servedBy(host.start(jdk), 1).out())
                        .isEqualTo("Optional[mocked-id] Optional.empty\nnever ran\n" + SERVED));

        proven(jdk, "Mockito " + Compatibility.versionOf(mockito), "inline mocks and spies of woven classes");
    }

    private Host acme(Jdk jdk) {
        return Host.launchedBy(folder, "com.acme.Main")
                .withSqlite()
                .withClasses(Acme.with(Acme.MAIN))
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());
    }

    private void inBothOrders(Host host, String agent, Runnable check) {
        for (String[] agents : new String[][] {{agent, OURS}, {OURS, agent}}) {
            Acme.database(folder);
            host.withAgents(agents);
            check.run();
            assertThat(new Database(folder.resolve("data/orchestrator.db")).sessionIds())
                    .containsExactly("live-id");
        }
    }

    private static void assertServed(Host.Run run) {
        assertThat(run.out()).isEqualTo(SERVED);
    }

    private static Path agentJar(String name) {
        return Host.library("agents", name);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The host's classes in JaCoCo's file, with the checksums of the class files that it has seen. */
    private Map<String, Long> covered() {
        Map<String, Long> checksums = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(folder.resolve("coverage.exec")))) {
            for (int block = in.read(); block >= 0; block = in.read()) {
                switch (block) {
                    case 0x01 -> in.skipNBytes(4);
                    case 0x10 -> {
                        in.readUTF();
                        in.skipNBytes(16);
                    }
                    case 0x11 -> {
                        long checksum = in.readLong();
                        String name = in.readUTF();
                        in.skipNBytes((lengthIn(in) + 7) / 8);
                        if (name.startsWith("com/acme/")) {
                            checksums.put(name, checksum);
                        }
                    }
                    default -> throw new IOException("a block of an unknown kind: " + block);
                }
            }
            return checksums;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int lengthIn(DataInputStream in) throws IOException {
        int value = in.readUnsignedByte();
        return value < 0x80 ? value : (value & 0x7F) | (lengthIn(in) << 7);
    }

    private static void proven(Jdk jdk, String agent, String itsWork) {
        Compatibility.proven(jdk, "Beside " + agent, "served, in both orders on the command line; " + itsWork);
    }
}
