package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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

    private void assertShownBy(Jdk jdk, int line) {
        List<Path> libraries = Host.springBoot(line);
        Host.Running running = application(libraries)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.quietly().toString())
                .start(jdk);
        String port = running.awaitOut(Pattern.compile("port (\\d+)\\.")).group(1);
        URI actuator = URI.create("http://127.0.0.1:" + port + "/actuator/");

        Metrics shown = running.await(
                "showing the failed resume",
                () -> Optional.of(Metrics.scrapedFrom(actuator.resolve("prometheus")))
                        .filter(page -> page.text().contains("\nclaude_session_resume_failures_total 1.0\n")));
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
        assertThat(shown.valueOf("claude_session_rows")).isNotNegative();
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
