package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code java -jar}, with a launcher in the jar whose loader holds the application and its driver. Each is laid out here as
 * its build plugin does it, around the launcher's own released jars.
 */
@EnabledOnOs(OS.LINUX)
class FatJarIT {
    @TempDir
    Path folder;

    private Database database;

    @OnEachJdk
    void aSpringBootJarWithItsLibrariesNestedInItIsServed(Jdk jdk) throws IOException {
        Path launcher = Host.libraries("spring-boot").get(0);
        Host host = application(jdk, folder.resolve("orchestrator.jar"));
        Archive.in(
                        folder.resolve("orchestrator.jar"),
                        Map.of(
                                "Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
                                "Start-Class", "com.acme.Main",
                                "Spring-Boot-Classes", "BOOT-INF/classes/",
                                "Spring-Boot-Lib", "BOOT-INF/lib/"))
                .withContentOf(launcher)
                .withFolder("BOOT-INF/classes/", folder.resolve("application"))
                .withFile("BOOT-INF/lib/sqlite-jdbc.jar", Host.library("sqlite-jdbc"))
                .write();

        assertServedBy(host, jdk, "org.springframework.boot.loader.launch.LaunchedClassLoader");

        Compatibility.proven(jdk, "Spring Boot " + Compatibility.versionOf(launcher) + ", a fat jar", "served");
    }

    @OnEachJdk
    void aQuarkusFastJarIsServed(Jdk jdk) throws Exception {
        Path root = Files.createDirectories(folder.resolve("quarkus-app"));
        Host host = application(jdk, root.resolve("quarkus-run.jar"));
        Path boot = Files.createDirectories(root.resolve("lib/boot"));
        for (Path jar : Host.libraries("quarkus")) {
            Files.copy(jar, boot.resolve(jar.getFileName()));
        }
        Path driver = Files.createDirectories(root.resolve("lib/main")).resolve("sqlite-jdbc.jar");
        Files.copy(Host.library("sqlite-jdbc"), driver);
        Files.createDirectories(root.resolve("app"));
        Path application = Archive.in(root.resolve("app/orchestrator.jar"), Map.of())
                .withFolder("", folder.resolve("application"))
                .write();
        Archive.in(
                        root.resolve("quarkus-run.jar"),
                        Map.of(
                                "Main-Class",
                                "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                                "Class-Path",
                                Host.libraries("quarkus").stream()
                                        .map(jar -> "lib/boot/" + jar.getFileName())
                                        .collect(Collectors.joining(" "))))
                .write();
        describe(root, List.of(application, driver));

        assertServedBy(host, jdk, "io.quarkus.bootstrap.runner.RunnerClassLoader");

        Path runner = Host.library("quarkus", "quarkus-bootstrap-runner");
        Compatibility.proven(jdk, "Quarkus " + Compatibility.versionOf(runner) + ", a fast-jar", "served");
    }

    private Host application(Jdk jdk, Path jar) {
        database = Acme.database(folder);
        return Host.ofJar(folder, jar)
                .compile(folder.resolve("application"), Acme.with(Acme.MAIN))
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());
    }

    private void assertServedBy(Host host, Jdk jdk, String loader) {
        Host.Run run =
                Acme.servedBy(host.withJvmOptions("-Dsession.ttl.log=debug").start(jdk), 1);
        assertThat(run.err()).contains("the host loads a SQLite driver by " + loader);
        assertThat(run.out()).isEqualTo(Acme.SERVED + "copies of SQLite: 1\ndone\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
    }

    /** Writes {@code quarkus-application.dat} with the code by which a Quarkus build writes it. */
    private static void describe(Path root, List<Path> classPath) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path jar : Host.libraries("quarkus")) {
            urls.add(jar.toUri().toURL());
        }
        Path description = Files.createDirectories(root.resolve("quarkus")).resolve("quarkus-application.dat");
        try (URLClassLoader quarkus = new URLClassLoader(urls.toArray(URL[]::new));
                OutputStream out = Files.newOutputStream(description)) {
            quarkus.loadClass("io.quarkus.bootstrap.runner.SerializedApplication")
                    .getMethod("write", OutputStream.class, String.class, Path.class, List.class, List.class)
                    .invoke(null, out, "com.acme.Main", root, classPath, List.of());
        }
    }
}
