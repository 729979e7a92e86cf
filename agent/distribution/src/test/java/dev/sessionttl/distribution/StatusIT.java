package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** {@code status}: of what cannot be reached, one clear line. */
class StatusIT {
    private static final String WAITING = """
            package com.acme;

            public class Waiting {
                public static void main(String[] args) throws Exception {
                    System.out.println("ready");
                    System.in.read();
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aHostWithoutTheAgentIsToldSo(Jdk jdk) {
        Host.Running host = Host.of(folder, WAITING).withoutAgent().start(jdk).awaitOut("ready\n");
        String pid = String.valueOf(host.process().pid());

        Host.Run run = status(pid).run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("process " + pid + " runs without the agent; attach " + pid)
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(host.waitFor().succeeded().out()).isEqualTo("ready\n");
    }

    @OnEachJdk
    void aPortThatNobodyListensAtIsToldInOneLineAndWithoutAStackTraceUnlessThatIsWanted(Jdk jdk) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;

        Host.Run run = status("--url", url).run(jdk);
        Host.Run debug = status("--url", url, "--debug").run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).startsWith(url + " cannot be reached").hasLineCount(1);
        assertThat(debug.exit()).isEqualTo(1);
        assertThat(debug.err()).contains("\tat ");
    }

    private Host status(String... arguments) {
        return Host.ofJar(folder, Host.agentJar(), "status")
                .withArguments(arguments)
                .withoutAgent();
    }
}
