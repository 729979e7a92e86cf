package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** {@code status}: of what cannot be reached, one clear line. */
class StatusIT {
    private static final String WAITING = """
            package com.acme;

            public class Waiting {
                public static void main(String[] args) throws Exception {
                    if (args.length == 0) Class.forName("com.acme.SessionStore");
                    System.out.println("ready");
                    System.in.read();
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void whatTheAgentHasDoneIsToldByItsPortAndByItsProcessAlike(Jdk jdk) {
        Database.in(folder)
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
        Host.Running host = Host.of(folder, WAITING, Programs.STORE)
                .withSqlite()
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("ready\n");
        String url =
                host.awaitErr(Pattern.compile("metrics at (http://[^/\\s]+)")).group(1);
        String pid = String.valueOf(host.process().pid());

        Host.Run byUrl = status("--url", url).run(jdk).succeeded();
        Host.Run byPid = status(pid).run(jdk).succeeded();
        Host.Run inJson = status(pid, "--json").run(jdk).succeeded();

        for (Host.Run run : List.of(byUrl, byPid)) {
            assertThat(run.out())
                    .startsWith("ok\n")
                    .contains("sessions expired  0 at a read, 1 by sweeps")
                    .contains("read              com.acme.SessionStore#find(String), methods 1\n")
                    .doesNotContain("-id")
                    .doesNotContain("\u001b");
            assertThat(run.err()).isEmpty();
        }
        assertThat(inJson.out()).startsWith("{").contains("\"state\":\"ok\"").hasLineCount(1);
        host.waitFor().succeeded();
    }

    @OnEachJdk
    void aHostWithoutTheAgentIsToldSo(Jdk jdk) {
        Host.Running host = Host.of(folder, WAITING)
                .withArguments("alone")
                .withoutAgent()
                .start(jdk)
                .awaitOut("ready\n");
        String pid = String.valueOf(host.process().pid());

        Host.Run run = status(pid).run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("process " + pid + " runs without an agent that is switched on; attach " + pid)
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
