package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pointcut without effect, and a site that could not be woven, are never silent (law 7). */
class SiteReportIT {
    private static final String HOST = """
            package com.acme;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    System.out.println(new SessionStore().findSession("old") + " " + new Implementation().load("old"));
                    System.out.println(Huge.find("old"));
                    System.in.read();
                }
            }

            class SessionStore {
                record Session(String sessionId) {}
                String findSession(String key) { return "body"; }
                void touch(String key) {}
                Session session() { return null; }
            }
            interface Api { String load(String key); }
            class Implementation implements Api { public String load(String key) { return "body"; } }
            class Huge {
                static String find(String key) {
                    int i = 0;
                    %s
                    return "body";
                }
            }
            """;

    private static final AgentsJson CONFIG = AgentsJson.ofTable()
            .withHttp()
            .withRead("com.acme.SessionStore#findSesion(String)", "key", "arg0")
            .withRead("com.acme.SessionStore#findSession(int)", "key", "arg0")
            .withRead("com.acme.Api#load", "key", "arg0")
            .withRead("com.acme.SessionStore#touch", "key", "arg1")
            .withRead("com.acme.SessionStore#session", "sessionId", "return.sesionId")
            .withRead("com.acme.Huge#find", "key", "arg0")
            .withRead("com.acme.*#lookup", "key", "arg0")
            .withRead("com.acme.SesionStore#find", "key", "arg0")
            .withRead("org.acme.Orchestrator#find", "key", "arg0")
            .withLog("com.acme.*");

    private static final String LOGGING_HOST = """
            package com.acme;

            import java.util.logging.Logger;

            public class Logging {
                public static void main(String[] args) throws Exception {
                    Logger.getLogger("com.acne.Cli").info("up and running");
                    System.in.read();
                }
            }
            """;

    /** As large as a method may be: there is no room left for the calls. */
    private static final String MORE_THAN_CAN_BE_WOVEN = "i++; ".repeat(21_840);

    @TempDir
    Path folder;

    @OnEachJdk
    void whatIsWovenIntoNothingOrIsToFetchNothingIsToldWhenTheClassLoads(Jdk jdk) {
        Host.Running running = host(folder, MORE_THAN_CAN_BE_WOVEN).start(jdk);
        running.awaitErr(Pattern.compile("reads\\[4]"));
        running.awaitErr(Pattern.compile("com.acme.Huge could not be woven"));
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out()).isEqualTo("body body\nbody\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN ")))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line)
                                .contains("reads[0]", "#findSesion(String) matched no method")
                                .contains("com.acme.SessionStore#findSession(java.lang.String)"),
                        line -> assertThat(line)
                                .contains("reads[1]", "#findSession(int) matched no method")
                                .contains("com.acme.SessionStore#findSession(java.lang.String)"),
                        line -> assertThat(line).contains("reads[2]", "there it has no body; write com.acme.Api+"),
                        line -> assertThat(line).contains("reads[3]", "arg1: the method has only 1 parameters"),
                        line -> assertThat(line).contains("reads[4]", "return.sesionId", "did you mean sessionId?"),
                        line -> assertThat(line).contains("com.acme.Huge", "could not be woven"));
        assertThat(metrics.failedOpenAt("weave")).isEqualTo(1);
        assertThat(metrics.valueOf("claude_session_sites{pointcut=\"com.acme.Huge#find\"}"))
                .isZero();
        assertThat(metrics.valueOf("claude_session_sites{pointcut=\"com.acme.SessionStore#findSesion(String)\"}"))
                .isZero();
        assertThat(metrics.valueOf("claude_session_sites{pointcut=\"log:com.acme.*\"}"))
                .isZero();
        assertThat(metrics.valueOf("claude_session_sites{pointcut=\"com.acme.SessionStore#touch\"}"))
                .isEqualTo(1);
    }

    /** The hosts of all JDKs wait together: what they wait for comes half a minute after main. */
    @Test
    void aPointcutThatHasMatchedNothingIsToldHalfAMinuteAfterMain() {
        List<Host.Running> hosts = Jdk.oldestAndNewest().stream()
                .map(jdk -> host(folder.resolve(jdk.toString()), "").start(jdk))
                .toList();
        List<Host.Running> logging = Jdk.oldestAndNewest().stream()
                .map(jdk -> loggingHost(folder.resolve("logging on " + jdk)).start(jdk))
                .toList();

        for (Host.Running running : hosts) {
            running.awaitErr(Pattern.compile("org\\.acme\\.Orchestrator#find has matched nothing"));
            assertThat(running.page("/status.json"))
                    .contains("\"state\":\"idle\",\"reason\":\"7 of 10 pointcuts matched nothing\"");
            Host.Run run = running.waitFor().succeeded();

            List<String> told = run.agentLines().stream()
                    .filter(line -> line.contains(" has matched nothing since the host started"))
                    .toList();
            assertThat(told)
                    .anySatisfy(line -> assertThat(line)
                            .contains("reads[0]")
                            .contains("com.acme.SessionStore is loaded, but has no such method"))
                    .anySatisfy(line -> assertThat(line)
                            .contains("reads[6]", "com.acme.*#lookup")
                            .contains(" is loaded, but has no such method"))
                    .anySatisfy(line -> assertThat(line)
                            .contains("reads[7]", "no class of that name")
                            .contains("com.acme.SessionStore"))
                    .anySatisfy(line -> assertThat(line)
                            .contains("reads[8]", "no class of that name")
                            .contains("com.acme.Orchestrator"))
                    .anySatisfy(line -> assertThat(line)
                            .contains("failures[0].log", "log:com.acme.*", "none of [")
                            .contains("Logback", "Log4j 2", "java.util.logging", "is loaded so far"))
                    .noneMatch(line -> line.contains("reads[3]"));
            assertThat(run.agentLines()).contains("com.acme.SessionStore#touch is woven into 1 methods");
        }
        for (Host.Running running : logging) {
            running.awaitErr(
                    Pattern.compile("failures\\[0]\\.log: log:com\\.acme\\.\\* is woven, but no logger of that name"
                            + " has logged since the host started; .*com\\.acne\\.Cli"));
            running.waitFor().succeeded();
        }
    }

    private static Host loggingHost(Path folder) {
        Database.in(folder);
        return Host.of(folder, LOGGING_HOST)
                .withConfig(AgentsJson.ofTable().withLog("com.acme.*").toString());
    }

    private static Host host(Path folder, String fill) {
        Database.in(folder).withSession("old", "old-id", Duration.ofHours(25));
        return Host.of(folder, HOST.formatted(fill)).withConfig(CONFIG.toString());
    }
}
