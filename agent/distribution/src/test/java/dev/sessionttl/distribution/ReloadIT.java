package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** The config is changed while the host runs. */
class ReloadIT {
    /** Reads a key a line, and holds a connection as pools do. */
    private static final String HOST = """
            package com.acme;

            import java.io.*;
            import java.sql.*;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
                    SessionStore store = new SessionStore();
                    try (Connection held = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db")) {
                        held.createStatement().executeQuery("SELECT count(*) FROM agent_sessions").next();
                        System.out.println("ready");
                        for (String key = in.readLine(); key != null; key = in.readLine()) {
                            System.out.println(key + " is " + store.find(key));
                        }
                    }
                }
            }
            """;

    private static final String READ = "com.acme.SessionStore#find(String)";

    @TempDir
    private Path folder;

    private Database database;
    private Host.Running host;
    private int asked;

    @OnEachJdk
    void theMaxSessionAgeIsFollowedAndABrokenEditIsNot(Jdk jdk) throws IOException {
        start(jdk, reading().toString());
        database.withSession("a", "three-hours-old", Duration.ofHours(3));
        assertThat(find("a")).isEqualTo("Optional[three-hours-old]");

        write(withMaxAge("3600000,,"));
        host.awaitErr(Pattern.compile("agents\\.json has changed, but is not taken over"));
        assertThat(find("a")).isEqualTo("Optional[three-hours-old]");
        assertThat(host.metrics().valueOf("claude_session_store_errors_total{operation=\"config\"}"))
                .isEqualTo(1);

        write(withMaxAge("3600000"));
        host.awaitErr(Pattern.compile("agents\\.json has changed: watching 1 pointcuts, .*max session age 3600000 ms"));
        assertThat(find("a")).isEqualTo("Optional.empty");
        assertThat(database.sessionIds()).isEmpty();
        assertThat(host.waitFor().succeeded().out()).doesNotContain("Exception");
    }

    @OnEachJdk
    void aPointcutThatIsAddedIsWovenAndOneThatIsTakenAwayIsNot(Jdk jdk) throws IOException {
        start(
                jdk,
                AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.SessionStore#none", "key", "arg0")
                        .toString());
        database.withSession("a", "first", Duration.ofHours(25));
        assertThat(find("a")).isEqualTo("Optional[first]");

        write(reading().toString());
        host.awaitErr(Pattern.compile("has changed: watching 1 pointcuts, woven into 1 methods"));
        database.withSession("b", "second", Duration.ofHours(25));
        assertThat(find("b")).isEqualTo("Optional.empty");
        assertThat(host.metrics().valueOf("claude_session_sites{pointcut=\"" + READ + "\"}"))
                .isEqualTo(1);

        write(AgentsJson.ofTable().withHttp().toString());
        host.awaitErr(Pattern.compile("has changed: watching 0 pointcuts"));
        database.withSession("c", "third", Duration.ofHours(25));
        assertThat(find("c")).isEqualTo("Optional[third]");
        assertThat(host.metrics().text()).doesNotContain(READ);
        assertThat(host.waitFor().succeeded().out()).doesNotContain("Exception");
    }

    @OnEachJdk
    void theAgentIsSwitchedOnAndOff(Jdk jdk) throws IOException {
        String on = reading().toString();
        String off = on.replaceFirst("\"sessionTtl\": \\{", "\"sessionTtl\": { \"enabled\": false,");
        start(jdk, off);
        database.withSession("a", "first", Duration.ofHours(25));
        assertThat(find("a")).isEqualTo("Optional[first]");

        write(on);
        host.awaitErr(Pattern.compile("attached: watching 1 pointcuts, woven into 1 methods"));
        database.withSession("b", "second", Duration.ofHours(25));
        assertThat(find("b")).isEqualTo("Optional.empty");

        write(off);
        host.awaitErr(Pattern.compile("has changed: switched off"));
        database.withSession("c", "third", Duration.ofHours(25));
        assertThat(find("c")).isEqualTo("Optional[third]");
        assertThat(host.waitFor().succeeded().out()).doesNotContain("Exception");
    }

    @OnEachJdk
    void aDryRunBecomesARealOne(Jdk jdk) throws IOException {
        start(jdk, reading().withDryRun().toString());
        database.withSession("a", "first", Duration.ofHours(25));
        assertThat(find("a")).isEqualTo("Optional[first]");

        write(reading().toString());
        host.awaitErr(Pattern.compile("has changed: watching 1 pointcuts, .* ms\n"));

        assertThat(find("a")).isEqualTo("Optional.empty");
        assertThat(database.sessionIds()).isEmpty();
        assertThat(host.waitFor().succeeded().out()).doesNotContain("Exception");
    }

    private static AgentsJson reading() {
        return AgentsJson.ofTable().withHttp().withRead(READ, "key", "arg0");
    }

    private static String withMaxAge(String millis) {
        return reading().toString().replaceFirst("\\{", "{ \"MAX_SESSION_AGE_MS\": " + millis + ", ");
    }

    private void start(Jdk jdk, String config) {
        database = Database.in(folder, "PRAGMA journal_mode = WAL");
        host = Host.of(folder, HOST, Programs.STORE)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(config)
                .start(jdk)
                .awaitOut("ready\n");
    }

    private void write(String config) throws IOException {
        Files.writeString(folder.resolve("config/agents.json"), config);
    }

    private String find(String key) throws IOException {
        OutputStream in = host.process().getOutputStream();
        in.write((key + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        asked++;
        return host.awaitOut(Pattern.compile("\\Aready\n(?:.*\n){" + (asked - 1) + "}" + key + " is (.*)\n"))
                .group(1);
    }
}
