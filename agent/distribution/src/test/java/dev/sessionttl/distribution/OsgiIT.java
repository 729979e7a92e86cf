package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bundle sees of the class path only what it imports; of the JDK, {@code java.*} alone goes without saying. */
@EnabledOnOs(OS.LINUX)
class OsgiIT {
    private static final String LAUNCHER = """
            package org.launcher;

            import java.nio.file.*;
            import java.util.*;
            import org.osgi.framework.*;
            import org.osgi.framework.launch.*;

            public class Launcher {
                public static void main(String[] args) throws Exception {
                    Framework felix = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, "felix"));
                    felix.start();
                    felix.getBundleContext().installBundle(Path.of("orchestrator.jar").toUri().toString()).start();
                    System.out.println("done");
                    System.in.read();
                    felix.stop();
                    felix.waitForStop(0);
                }
            }
            """;

    private static final String ACTIVATOR = """
            package com.acme;

            import org.osgi.framework.*;

            public class Activator implements BundleActivator {
                public void start(BundleContext context) throws Exception {
                    System.out.print(Dispatches.of(""));
                    System.out.println("copies of SQLite: " + ThisProcess.copiesOfSqlite());
                }

                public void stop(BundleContext context) {}
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aBundleThatEmbedsItsDriverIsServed(Jdk jdk) {
        Database database = Acme.database(folder);
        Host host = Host.launchedBy(folder, "org.launcher.Launcher")
                .withLibraries("felix")
                .withClasses(LAUNCHER)
                .compile(folder.resolve("bundle"), Acme.with(ACTIVATOR))
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());
        if (jdk.feature() >= 24) {
            // Felix's own, and not to be told from a warning of the agent's.
            host.withJvmOptions("--sun-misc-unsafe-memory-access=allow");
        }
        Archive.in(
                        folder.resolve("orchestrator.jar"),
                        Map.of(
                                "Bundle-ManifestVersion", "2",
                                "Bundle-SymbolicName", "com.acme.orchestrator",
                                "Bundle-Activator", "com.acme.Activator",
                                "Bundle-ClassPath", ".,sqlite-jdbc.jar",
                                "Import-Package", "org.osgi.framework"))
                .withFolder("", folder.resolve("bundle"))
                .withFile("sqlite-jdbc.jar", Host.library("sqlite-jdbc"))
                .write();

        Host.Run run = Acme.servedBy(host.start(jdk), 1);

        assertThat(run.out()).isEqualTo(Acme.SERVED + "copies of SQLite: 1\ndone\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
        Compatibility.proven(
                jdk,
                "Apache Felix "
                        + Compatibility.versionOf(Host.libraries("felix").get(0)) + ", an OSGi bundle",
                "served; its embedded driver is the only SQLite in the process");
    }
}
