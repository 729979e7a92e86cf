package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.RecordedEvents;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts with a Micrometer of their own, which only their own loader knows. */
class HostRegistriesTest {
    private static final Path VERSIONS = Path.of(System.getProperty("host.micrometer", "target/host-micrometer"));

    private static final String APPLICATION = """
            package com.acme;

            import io.micrometer.core.instrument.*;
            import io.micrometer.core.instrument.config.*;
            import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
            import java.util.stream.Collectors;

            public class Application {
                private static final MeterRegistry OWN = new SimpleMeterRegistry();
                private static final MeterRegistry LATER = new SimpleMeterRegistry();

                public static void addRegistry() { Metrics.addRegistry(OWN); }
                public static void addAnother() { Metrics.addRegistry(LATER); }
                public static void clear() { Metrics.globalRegistry.clear(); }
                public static void close() { Metrics.globalRegistry.close(); }
                public static void setFilters() {
                    Metrics.globalRegistry.config().commonTags("application", "acme").meterFilter(MeterFilter.denyNameStartsWith("claude.session.rows"));
                }
                private static int asked;
                public static void deny() {
                    Metrics.globalRegistry.config().meterFilter(new MeterFilter() {
                        @Override public MeterFilterReply accept(Meter.Id id) {
                            asked++;
                            return id.getName().endsWith("rows") ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
                        }
                    });
                }
                public static String asked() { return "" + asked; }
                public static void failInFilters() {
                    Metrics.globalRegistry.config().meterFilter(new MeterFilter() {
                        @Override public Meter.Id map(Meter.Id id) { throw new IllegalStateException("no such tenant"); }
                    });
                }
                public static String shown() { return shownBy(OWN); }
                public static String shownLater() { return shownBy(LATER); }
                private static String shownBy(MeterRegistry registry) {
                    return registry.getMeters().stream().map(Application::shown).sorted().collect(Collectors.joining("\\n"));
                }
                private static String shown(Meter meter) {
                    StringBuilder text = new StringBuilder(meter.getId().getName());
                    meter.getId().getTags().forEach(tag -> text.append(' ').append(tag.getKey()).append('=').append(tag.getValue()));
                    meter.measure().forEach(each -> text.append(' ').append(each.getValue()));
                    return text.toString();
                }
            }
            """;

    private static final String SCRAPED = """
            package com.acme;

            import io.micrometer.core.instrument.Metrics;
            import io.micrometer.prometheus.*;

            public class Scraped {
                private static final PrometheusMeterRegistry OWN = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

                public static void addRegistry() { Metrics.addRegistry(OWN); }
                public static String scrape() { return OWN.scrape(); }
            }
            """;

    @TempDir
    Path folder;

    private final Tally tally = new Tally();
    private final RecordedEvents events = new RecordedEvents();
    private HostRegistries registries = new HostRegistries(meters(tally), type -> true, events);

    @ParameterizedTest
    @ValueSource(strings = {"1.9", "1.13", "newest"})
    void theGlobalRegistryOfAHostShowsEveryMeterAsItIsNow(String version) throws Exception {
        Application host = application(version);
        host.tell("addRegistry");
        registries.look();
        registries.look();

        assertThat(host.ask("shown").lines())
                .contains(
                        "claude.session.resume.failures 0.0",
                        "claude.session.vetoed.reads 0.0",
                        "claude.session.resume.unclassified 0.0",
                        "claude.session.expired reason=read 0.0",
                        "claude.session.expired reason=sweep 0.0",
                        "claude.session.store.errors operation=find 0.0",
                        "claude.session.sites pointcut=com.acme.Store#find(String) 3.0",
                        "claude.session.rows 7.0",
                        "claude.session.oldest.age 90.5")
                .hasSize(meters(tally).all().size());

        tally.resumeFailed(Duration.ofMillis(1_500));
        System.gc();

        assertThat(host.ask("shown").lines())
                .contains("claude.session.resume.failures 1.0", "claude.session.resume.failure 1.0 1.5");
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRegistryOfThePrometheusClientOfOldShowsThePromisedNames() throws Exception {
        Application host = application("1.9", "Scraped", SCRAPED);
        host.tell("addRegistry");
        registries.look();
        registries.look();

        assertThat(host.ask("scrape").lines())
                .contains(
                        "claude_session_resume_failures_total 0.0",
                        "claude_session_expired_total{reason=\"sweep\",} 0.0",
                        "claude_session_resume_failure_seconds_count 0.0",
                        "claude_session_resume_failure_seconds_sum 0.0",
                        "claude_session_oldest_age_seconds 90.5",
                        "claude_session_rows 7.0");
    }

    /** Filters have to be there before the meters, and hosts set them about when they add their registry. */
    @Test
    void aHostHasTheTimeToSetItsFiltersAndTheyApply() throws Exception {
        Application host = application("newest");
        registries.look();
        registries.look();
        host.tell("addRegistry");
        registries.look();
        assertThat(host.ask("shown")).isEmpty();

        host.tell("setFilters");
        registries.look();
        registries.look();

        assertThat(host.ask("shown").lines())
                .contains("claude.session.resume.failures application=acme 0.0")
                .noneMatch(line -> line.contains("rows"));
    }

    /** The JVM loads it with all of an AOT cache, long before the host comes to it, if ever. */
    @Test
    void aMicrometerThatTheHostHasNotBegunToUseIsNotBegunWith() throws Exception {
        AtomicBoolean used = new AtomicBoolean();
        registries =
                new HostRegistries(meters(tally), type -> type.getSimpleName().equals("Metrics") && used.get(), events);
        Application host = application("newest");
        host.tell("addRegistry");
        registries.look();
        registries.look();
        assertThat(host.ask("shown")).isEmpty();

        used.set(true);
        registries.look();
        registries.look();

        assertThat(host.ask("shown").lines()).contains("claude.session.resume.failures 0.0");
    }

    /** A filter may log, or count, what it denies. */
    @Test
    void whatAFilterOfTheHostsDeniesIsNotBroughtBeforeItAgain() throws Exception {
        Application host = application("newest");
        host.tell("deny");
        host.tell("addRegistry");
        for (int i = 0; i < 5; i++) {
            registries.look();
        }

        assertThat(host.ask("asked"))
                .isEqualTo(String.valueOf(meters(tally).all().size()));
        assertThat(host.ask("shown").lines()).noneMatch(line -> line.contains("rows"));
    }

    @Test
    void whatTheHostClearsAwayComesBack() throws Exception {
        Application host = application("newest");
        host.tell("addRegistry");
        registries.look();
        registries.look();
        registries.look();
        host.tell("clear");
        assertThat(host.ask("shown")).isEmpty();

        registries.look();

        assertThat(host.ask("shown").lines()).contains("claude.session.resume.failures 0.0");
    }

    @Test
    void aPointcutThatTheConfigNoLongerNamesIsTakenOutAgain() throws Exception {
        AtomicReference<Map<String, Integer>> sites = new AtomicReference<>(Map.of("a.B#gone", 0));
        registries = new HostRegistries(meters(tally, sites::get), type -> true, events);
        Application host = application("newest");
        host.tell("addRegistry");
        registries.look();
        registries.look();
        assertThat(host.ask("shown")).contains("a.B#gone");

        sites.set(Map.of("a.B#added", 3));
        registries.look();

        assertThat(host.ask("shown")).contains("a.B#added").doesNotContain("a.B#gone");
    }

    @Test
    void aClosedRegistryIsLeftClosed() throws Exception {
        Application host = application("newest");
        host.tell("addRegistry");
        host.tell("close");

        registries.look();
        registries.look();

        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRegistryThatIsAddedLaterShowsThemToo() throws Exception {
        Application host = application("newest");
        host.tell("addRegistry");
        registries.look();
        registries.look();

        host.tell("addAnother");

        assertThat(host.ask("shownLater").lines()).contains("claude.session.resume.failures 0.0");
    }

    @Test
    void everyCopyOfMicrometerShowsThem() throws Exception {
        List<Application> hosts = List.of(application("1.9"), application("newest"));
        for (Application host : hosts) {
            host.tell("addRegistry");
        }
        registries.look();
        registries.look();

        for (Application host : hosts) {
            assertThat(host.ask("shown").lines()).contains("claude.session.resume.failures 0.0");
        }
    }

    @Test
    void aCopyThatFailsIsCountedOnceAndLeftAlone() throws Exception {
        Application host = application("newest");
        host.tell("addRegistry");
        host.tell("failInFilters");
        registries.loadedBy(new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader()));

        for (int i = 0; i < 4; i++) {
            registries.look();
        }

        assertThat(events.lines()).containsExactly("failed open registry", "failed open registry");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anApplicationThatItsContainerHasThrownOutCanBeCollected() throws Exception {
        WeakReference<ClassLoader> thrownOut = servedAndThrownOut();

        while (thrownOut.get() != null) {
            System.gc();
            registries.look();
        }

        assertThat(events.lines()).isEmpty();
    }

    private WeakReference<ClassLoader> servedAndThrownOut() throws Exception {
        Application host = application("newest");
        host.tell("addRegistry");
        registries.look();
        registries.look();
        assertThat(host.ask("shown")).contains("claude.session");
        return new WeakReference<>(host.type().getClassLoader());
    }

    private Application application(String version) throws Exception {
        return application(version, "Application", APPLICATION);
    }

    private Application application(String version, String name, String source) throws Exception {
        List<Path> jars = jars(version);
        Path classes = Files.createDirectories(folder.resolve("classes-" + version));
        Path file = Files.createDirectories(folder.resolve("com/acme")).resolve(name + ".java");
        Files.writeString(file, source);
        String classPath = String.join(
                System.getProperty("path.separator"),
                jars.stream().map(Path::toString).toList());
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-nowarn", "-proc:none", "-cp", classPath, "-d", "" + classes, "" + file);
        assertThat(exit).isZero();
        List<URL> urls = new ArrayList<>(List.of(url(classes)));
        for (Path jar : jars) {
            urls.add(url(jar));
        }
        ClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        registries.loadedBy(loader);
        registries.loadedBy(loader);
        return new Application(loader.loadClass("com.acme." + name));
    }

    private static List<Path> jars(String version) throws IOException {
        try (Stream<Path> jars = Files.list(VERSIONS.resolve(version))) {
            return jars.toList();
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    private static SessionMeters meters(Tally tally) {
        return meters(tally, () -> Map.of("com.acme.Store#find(String)", 3));
    }

    private static SessionMeters meters(Tally tally, Supplier<Map<String, Integer>> sites) {
        TableGauges table = new TableGauges() {
            @Override
            public double rows() {
                return 7;
            }

            @Override
            public double oldestAgeSeconds() {
                return 90.5;
            }
        };
        return new SessionMeters(tally, table, sites);
    }

    private record Application(Class<?> type) {
        void tell(String method) throws ReflectiveOperationException {
            type.getMethod(method).invoke(null);
        }

        String ask(String method) throws ReflectiveOperationException {
            return (String) type.getMethod(method).invoke(null);
        }
    }
}
