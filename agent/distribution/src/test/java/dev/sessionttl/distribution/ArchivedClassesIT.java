package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose classes come out of an archive, some of them before any agent can look. */
@EnabledOnOs(OS.LINUX)
class ArchivedClassesIT {
    /** Chooses who logs, as a host may in its first line, and not once somebody has logged. */
    private static final String MAIN = """
            package com.acme;

            import java.util.logging.LogManager;

            public class Main {
                public static class Mine extends LogManager {}

                public static void main(String[] args) throws Exception {
                    System.setProperty("java.util.logging.manager", Mine.class.getName());
                    System.out.println("logging is " + LogManager.getLogManager().getClass().getSimpleName());
                    System.out.print(Dispatches.of(""));
                    System.out.println("done");
                    System.in.read();
                }
            }
            """;

    private static final String SERVED = "logging is Mine\n" + Acme.SERVED + "done\n";

    @TempDir
    Path folder;

    /** Its classes are loaded as the JVM begins, those with sites and the driver among them, whether or not they are ever used. */
    @OnEachJdk
    void anAotCacheThatWasMadeWithTheAgentServes(Jdk jdk) {
        assumeTrue(jdk.feature() >= 25, jdk + " makes no AOT cache of classes at once");
        pack();
        host(jdk)
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withJvmOptions("-XX:AOTCacheOutput=app.aot")
                .run(jdk)
                .succeeded();
        Database database = tableWithAnExpiredSession();

        Host.Run run = Acme.servedBy(
                host(jdk)
                        .withJvmOptions("-XX:AOTCache=app.aot", "-XX:AOTMode=on")
                        .start(jdk),
                1);

        assertThat(run.out()).isEqualTo(SERVED);
        assertThat(run.agentLines()).contains("swept 1 expired sessions");
        assertThat(database.sessionIds()).containsExactly("live-id");
        Compatibility.proven(
                jdk,
                "An AOT cache, made with the agent",
                "served; the driver, which the JVM loads at once, is not touched before `main`");
    }

    @OnEachJdk
    void anArchiveOfTheHostsClassesServes(Jdk jdk) {
        pack();
        host(jdk)
                .withoutAgent()
                .withJvmOptions("-XX:ArchiveClassesAtExit=app.jsa")
                .run(jdk)
                .succeeded();
        Database database = tableWithAnExpiredSession();
        Host host = host(jdk)
                .withJvmOptions("-XX:SharedArchiveFile=app.jsa", "-Xshare:on", "-Xlog:class+load:file=loaded.txt");

        Host.Run run = Acme.servedBy(host.start(jdk), 1);

        assertThat(run.out()).isEqualTo(SERVED);
        assertThat(database.sessionIds()).containsExactly("live-id");
        assertThat(folder.resolve("loaded.txt"))
                .content()
                .containsPattern("com\\.acme\\.Dispatches source: shared objects file \\(top\\)");
        Compatibility.proven(jdk, "An archive of its classes (AppCDS), made without the agent", "served");
    }

    private Database tableWithAnExpiredSession() {
        Acme.database(folder);
        return Database.in(folder).withSession("long ago", "gone-id", Duration.ofHours(25));
    }

    /** Out of folders the JVM archives nothing. */
    private void pack() {
        Path classes = folder.resolve("orchestrator");
        Host.launchedBy(folder).compile(classes, Acme.with(MAIN));
        Archive.in(folder.resolve("orchestrator.jar"), Map.of())
                .withFolder("", classes)
                .write();
        Acme.database(folder);
    }

    /** Without the warnings that the JVM prints to stdout. */
    private Host host(Jdk jdk) {
        String classPath = folder.resolve("orchestrator.jar") + File.pathSeparator + Host.library("sqlite-jdbc");
        return Host.launchedBy(folder, "-cp", classPath, "com.acme.Main")
                .withJvmOptions(jdk.nativeAccess())
                .withJvmOptions("-Xlog:disable")
                .withConfig(Acme.config());
    }
}
