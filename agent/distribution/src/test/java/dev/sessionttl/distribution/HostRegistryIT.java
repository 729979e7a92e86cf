package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Web applications whose own Prometheus endpoint shows our meters beside theirs; no port of ours is open. */
@EnabledOnOs(OS.LINUX)
class HostRegistryIT {
    private static final String APPLICATION = """
            package com.acme;

            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.ConfigurableApplicationContext;

            @SpringBootApplication
            public class Application {
                public static void main(String[] args) throws Exception {
                    try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, args)) {
                        System.out.print(Dispatches.of(""));
                        System.out.println("port " + context.getEnvironment().getProperty("local.server.port") + ".");
                        System.in.read();
                    }
                }
            }
            """;

    private static final String PROPERTIES = """
            server.address=127.0.0.1
            server.port=0
            spring.main.banner-mode=off
            management.endpoints.web.exposure.include=metrics,prometheus
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void springBoot3ShowsThemAtItsOwnEndpoint(Jdk jdk) {
        assertShownBy(jdk, 3);
    }

    @OnEachJdk
    void springBoot4ShowsThemAtItsOwnEndpoint(Jdk jdk) {
        assertShownBy(jdk, 4);
    }

    /** As containers do: each application has a loader of its own, and threads that know it. */
    @OnEachJdk
    void anApplicationThatIsThrownOutCanBeCollectedThoughItsThreadsWereTheFirstToUseMicrometer(Jdk jdk) {
        String container = """
                package com.acme;

                import java.io.File;
                import java.lang.ref.*;
                import java.net.*;
                import java.util.*;

                public class Container {
                    public static void main(String[] args) throws Exception {
                        WeakReference<ClassLoader> thrownOut = deploy(args);
                        System.out.println("thrown out");
                        while (thrownOut.get() != null) {
                            System.gc();
                        }
                        System.out.println("collected");
                    }

                    static WeakReference<ClassLoader> deploy(String[] jars) throws Exception {
                        List<URL> urls = new ArrayList<>(List.of(new File("application/").toURI().toURL()));
                        for (String jar : jars) urls.add(new File(jar).toURI().toURL());
                        URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new));
                        Thread thread = new Thread(() -> {
                            try {
                                loader.loadClass("com.acme.app.Metered").getMethod("run").invoke(null);
                            } catch (ReflectiveOperationException failure) {
                                throw new IllegalStateException(failure);
                            }
                        });
                        thread.setContextClassLoader(loader);
                        thread.start();
                        thread.join();
                        return new WeakReference<>(loader);
                    }
                }
                """;
        String metered = """
                package com.acme.app;

                import io.micrometer.core.instrument.Metrics;
                import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

                public class Metered {
                    public static void run() {
                        SimpleMeterRegistry registry = new SimpleMeterRegistry();
                        Metrics.addRegistry(registry);
                        while (registry.find("claude.session.resume.failures").functionCounter() == null) {
                            Thread.onSpinWait();
                        }
                        System.out.println("shown");
                    }
                }
                """;
        List<Path> micrometer = Host.springBoot(4).stream()
                .filter(jar -> jar.getFileName().toString().matches("micrometer-(core|commons|observation)-.*"))
                .toList();
        Acme.database(folder);
        Host application = Host.launchedBy(folder);
        micrometer.forEach(application::withLibrary);
        application.compile(folder.resolve("application"), metered);

        Host.Run run = Host.of(folder, container)
                .withArguments(micrometer.stream().map(Path::toString).toArray(String[]::new))
                .withConfig(Acme.quietly().toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("shown\nthrown out\ncollected\n");
    }

    @Test
    void springBootsOwnSwitchKeepsThemOut() {
        assertNotShownBy(
                application(Host.springBoot(4)).withArguments("--management.metrics.enable.claude=false"),
                running -> running.awaitErr(Pattern.compile("the host's Micrometer registry has the metrics")));
    }

    @Test
    void aHostThatIsToldSoKeepsItsRegistryToItself() throws IOException {
        assertNotShownBy(
                application(Host.springBoot(4))
                        .withJvmOptions("-Dsession.ttl.metrics.hostRegistry=false")
                        .withJvmOptions("-Xlog:class+load=info:file=loaded.txt:none"),
                running -> {});

        assertThat(Files.readString(folder.resolve("loaded.txt")))
                .contains("\nio.micrometer.core.instrument.Metrics source:", ".metrics.HostRegistries source:")
                .doesNotContain("HostMicrometer");
    }

    /** @param until when they would be there */
    private void assertNotShownBy(Host host, Consumer<Host.Running> until) {
        Host.Running running = host.withJvmOptions(Jdk.current().nativeAccess())
                .withJvmOptions("-Dsession.ttl.log=debug")
                .withConfig(Acme.quietly().toString())
                .start(Jdk.current());
        String port = running.awaitOut(Pattern.compile("port (\\d+)\\.")).group(1);
        until.accept(running);
        String page = Metrics.page(URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"));
        running.waitFor().succeeded();

        assertThat(page).contains("jvm_memory_used_bytes").doesNotContain("claude_session");
    }

    private void assertShownBy(Jdk jdk, int line) {
        List<Path> libraries = Host.springBoot(line);
        Host.Running running = application(libraries)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.quietly().toString())
                .start(jdk);
        String port = running.awaitOut(Pattern.compile("port (\\d+)\\.")).group(1);
        URI actuator = URI.create("http://127.0.0.1:" + port + "/actuator/");

        URI page = actuator.resolve("prometheus");
        running.await(
                "showing the last of the meters",
                () -> Optional.of(Metrics.page(page))
                        .filter(text -> text.contains("\nclaude_session_oldest_age_seconds ")));
        // Anew: that one may have been made while they were being added.
        Metrics shown = Metrics.scrapedFrom(page);
        String own = Metrics.page(actuator.resolve("metrics/jvm.memory.used"));
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out()).contains(Acme.SERVED);
        assertThat(shown.valueOf("claude_session_expired_total{reason=\"read\"}"))
                .isEqualTo(1);
        assertThat(shown.valueOf("claude_session_expired_total{reason=\"sweep\"}"))
                .isZero();
        assertThat(shown.valueOf("claude_session_resume_failure_seconds_count")).isEqualTo(1);
        assertThat(shown.valueOf("claude_session_resume_failure_seconds_sum")).isPositive();
        assertThat(shown.valueOf("claude_session_sites{pointcut=\"com.acme.ClaudeCli#run(String)\"}"))
                .isEqualTo(1);
        assertThat(shown.text()).contains("\nclaude_session_rows ");
        assertThat(shown.text()).contains("# TYPE claude_session_resume_failures_total counter");
        assertThat(shown.failedOpen()).isZero();
        assertThat(own).contains("\"jvm.memory.used\"").contains("\"value\":").doesNotContain("NaN");
        assertThat(run.err()).doesNotContain("metrics at http");
        assertThat((run.out() + run.err()).lines().filter(Acme::isWarning)).isEmpty();
        Compatibility.proven(
                jdk,
                "Spring Boot " + Compatibility.versionOf(jar(libraries, "spring-boot-actuator-")) + ", Actuator",
                "served; its own `/actuator/prometheus` shows the metrics");
    }

    /** Laid out as the build plugin of Spring Boot does it. */
    private Host application(List<Path> libraries) {
        Acme.database(folder);
        Host.of(folder, libraries, Acme.with(APPLICATION)).withFile("classes/application.properties", PROPERTIES);
        Path launcher = jar(libraries, "spring-boot-loader-");
        Archive fatJar = Archive.in(
                        folder.resolve("orchestrator.jar"),
                        Map.of(
                                "Main-Class", "org.springframework.boot.loader.launch.JarLauncher",
                                "Start-Class", "com.acme.Application",
                                "Spring-Boot-Classes", "BOOT-INF/classes/",
                                "Spring-Boot-Lib", "BOOT-INF/lib/"))
                .withContentOf(launcher)
                .withFolder("BOOT-INF/classes/", folder.resolve("classes"))
                .withFile("BOOT-INF/lib/sqlite-jdbc.jar", Host.library("sqlite-jdbc"));
        libraries.stream()
                .filter(library -> !library.equals(launcher))
                .forEach(library -> fatJar.withFile("BOOT-INF/lib/" + library.getFileName(), library));
        return Host.ofJar(folder, fatJar.write());
    }

    private static Path jar(List<Path> libraries, String name) {
        return libraries.stream()
                .filter(library -> library.getFileName().toString().matches(name + "\\d.*"))
                .findFirst()
                .orElseThrow();
    }
}
