package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.io.TempDir;

/** A woven class stays the class it was, for reflection, serialisation and other agents; one read is decided once (law 8). */
class WovenShapeIT {
    private static final String HOST = """
            package com.acme;

            import java.io.*;
            import java.lang.reflect.*;
            import java.util.*;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    for (Class<?> type : new Class<?>[] {SessionStore.class, Cached.class}) {
                        tell("constructor", type.getDeclaredConstructors());
                        tell("method", type.getDeclaredMethods());
                        tell("field", type.getDeclaredFields());
                        System.out.println("serialVersionUID " + ObjectStreamClass.lookup(type).getSerialVersionUID());
                    }
                    System.out.println("young=" + new SessionStore().find("young"));
                    System.out.println("old=" + new SessionStore().find("old") + " " + new Cached().find("stale"));
                }

                static void tell(String what, Member[] members) {
                    Arrays.stream(members).map(member -> what + " " + member + (member.isSynthetic() ? " synthetic" : "")).sorted()
                            .forEach(System.out::println);
                }
            }

            class SessionStore implements Serializable {
                private final Map<String, String> cache = new HashMap<>();
                static int reads;
                String find(String key) throws IllegalStateException { reads++; Runnable r = () -> cache.put(key, key); r.run(); return cache.get(key); }
            }
            class Cached extends SessionStore implements Comparable<Cached> {
                @Override String find(String key) { return "cached " + super.find(key); }
                @Override public int compareTo(Cached other) { return 0; }
            }
            """;

    /** Retransforms the class that it is told of, before or after us on the command line. */
    private static final String SECOND_AGENT = """
            package com.other;

            import java.lang.instrument.*;
            import java.security.ProtectionDomain;

            public class SecondAgent implements ClassFileTransformer {
                static int seen;

                public static void premain(String type, Instrumentation instrumentation) throws Exception {
                    Class<?> loaded = Class.forName(type, false, ClassLoader.getSystemClassLoader());
                    instrumentation.addTransformer(new SecondAgent(), true);
                    for (int i = 0; i < 2; i++) instrumentation.retransformClasses(loaded);
                    System.out.println("retransformed " + seen + " times");
                }

                @Override
                public byte[] transform(ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
                    if (redefined == null || !name.equals("com/acme/Cached")) return null;
                    seen++;
                    return bytes.clone();
                }
            }
            """;

    private static final String CONFIG = AgentsJson.ofTable()
            .withRead("com.acme.SessionStore#find(String)", "key", "arg0")
            .withRead("java.lang.Comparable+#find(String)", "key", "arg0")
            .toString();

    @TempDir
    Path folder;

    @OnEachJdk
    void aWovenClassHasTheMembersAndTheSerialFormThatItHad(Jdk jdk) {
        table();
        Host host = Host.of(folder, HOST).withConfig(CONFIG).withJvmOptions(jdk.nativeAccess());

        Host.Run before = host.withoutAgent().run(jdk).succeeded();
        Host.Run after = host.withAgent().run(jdk).succeeded();

        assertThat(before.out()).contains("serialVersionUID ").endsWith("young=young\nold=old cached stale\n");
        assertThat(after.out()).isEqualTo(before.out().replace("old=old cached stale", "old=null null"));
    }

    @OnEachJdk
    void aSecondAgentMayRetransformAWovenClassWhicheverComesFirst(Jdk jdk) throws IOException {
        Path second = secondAgent();
        String ours = "-javaagent:" + Host.agentJar();
        String theirs = "-javaagent:" + second + "=com.acme.Cached";

        for (List<String> order : List.of(List.of(ours, theirs), List.of(theirs, ours))) {
            table();
            Host.Run run = Host.of(folder, HOST)
                    .withConfig(CONFIG)
                    .withJvmOptions(jdk.nativeAccess())
                    .withoutAgent()
                    .withJvmOptions(order.toArray(String[]::new))
                    .run(jdk)
                    .succeeded();

            assertThat(run.out())
                    .as(order.toString())
                    .startsWith("retransformed ")
                    .doesNotContain("retransformed 0")
                    .endsWith("young=young\nold=null null\n");
            assertThat(run.hostLines()).isEmpty();
        }
    }

    @OnEachJdk
    void anAgentThatIsAttachedTwiceIsOne(Jdk jdk) {
        table();
        Host.Run run = Host.of(folder, HOST)
                .withConfig(CONFIG)
                .withJvmOptions(jdk.nativeAccess())
                .withJvmOptions("-javaagent:" + Host.agentJar())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).endsWith("young=young\nold=null null\n");
        assertThat(run.agentLines())
                .containsOnlyOnce("attached already; this second agent changes nothing")
                .noneMatch(line -> line.startsWith("WARN"));
    }

    /** In a dry run every decision on a stale row is a line, and the row stays to be decided on again. */
    @OnEachJdk
    void oneReadThroughProxiesSubclassesOverloadsAndDefaultsIsDecidedOnce(Jdk jdk) {
        String host = """
                package com.acme;

                import java.lang.reflect.Proxy;

                public class Orchestrator {
                    public static void main(String[] args) throws Exception {
                        Api target = new Table();
                        Api proxy = (Api) Proxy.newProxyInstance(Api.class.getClassLoader(), new Class<?>[] {Api.class},
                                (self, method, arguments) -> method.invoke(target, arguments));
                        System.out.println(proxy.find("proxy"));
                        System.out.println(new Table$$SpringCGLIB$$0().find("subclass"));
                        System.out.println(new Table().find("overload", 10));
                        System.out.println(new Table().findAny("default"));
                        Table twice = new Table();
                        System.out.println(twice.find("twice") + " " + twice.find("twice"));
                    }
                }

                interface Api {
                    String find(String key);
                    default String findAny(String key) { return find(key); }
                }
                class Table implements Api {
                    public String find(String key) { return key; }
                    String find(String key, int limit) { return find(key); }
                }
                class Table$$SpringCGLIB$$0 extends Table {
                    @Override public String find(String key) { return super.find(key); }
                }
                """;
        Database database = Database.in(folder);
        List<String> keys = List.of("proxy", "subclass", "overload", "default", "twice");
        keys.forEach(key -> database.withSession(key, key, Duration.ofHours(25)));

        Host.Run run = Host.of(folder, host)
                .withConfig(AgentsJson.ofTable()
                        .withDryRun()
                        .withRead("com.acme.Api+#find*", "key", "arg0")
                        .toString())
                .withJvmOptions(jdk.nativeAccess())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("proxy\nsubclass\noverload\ndefault\ntwice twice\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("dry run: would drop")))
                .extracting(line -> line.replaceAll("dry run: would drop session (\\w+).*", "$1"))
                .containsExactly("proxy", "subclass", "overload", "default", "twice", "twice");
        assertThat(database.sessionIds()).hasSize(keys.size());
    }

    private void table() {
        Database database = new Database(folder.resolve("data").resolve("orchestrator.db"));
        (Files.exists(database.file()) ? database.execute("DELETE FROM agent_sessions") : Database.in(folder))
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("stale", "stale-id-2", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));
    }

    private Path secondAgent() throws IOException {
        Path classes = folder.resolve("second");
        Host.of(Files.createDirectories(folder.resolve("of-second")), SECOND_AGENT)
                .compile(classes, SECOND_AGENT);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", "com.other.SecondAgent");
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        Path jar = folder.resolve("second-agent.jar");
        String entry = "com/other/SecondAgent.class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out, manifest)) {
            packed.putNextEntry(new JarEntry(entry));
            packed.write(Files.readAllBytes(classes.resolve(entry)));
        }
        return jar;
    }
}
