package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Every form that a pointcut may have finds its methods in a running host, and no others. */
class PointcutIT {
    /** A method that was woven answers "null" to the name of an expired row, any other one what its body says. */
    private static final String HOST = """
            package com.acme;

            import java.util.*;

            public class Sites {
                public static void main(String[] args) {
                    say("subtype", new Below().find("subtype"));
                    say("interface", ((Api) new Implementation()).load("interface"));
                    say("lambda is no class of the host's", ((Api) key -> "body").load("lambda"));
                    say("default", new Implementation().byDefault("default"));
                    say("wildcard type", new WildOne().get("wildcard type"));
                    say("wildcard method", WildOne.findSession("wildcard method"));
                    say("not in the wildcard", WildOne.lose("not in the wildcard"));
                    say("nested", new Outer.Inner().find("nested"));
                    say("package-private", new Hidden().find("package-private"));
                    Overloads overloads = new Overloads();
                    say("by String", overloads.find("by String"));
                    say("by Object", overloads.find((Object) "by Object"));
                    say("by int", overloads.find("by int", 1));
                    say("by long", overloads.find("by long", 1L));
                    Kinds kinds = new Kinds();
                    say("static", Kinds.ofStatic("static"));
                    say("private", kinds.callsPrivate("private"));
                    say("final", kinds.ofFinal("final"));
                    say("synchronized", kinds.ofSynchronized("synchronized"));
                    say("wide", kinds.wide(1L, 2.0, "wide", 3L));
                    say("varargs", kinds.varargs("varargs", 1, 2, 3));
                    say("bridge", ((Finder<String>) new TextFinder()).find("bridge"));
                    say("recursion", kinds.recursive(3, "recursion"));
                    say("fresh", kinds.recursive(3, "fresh"));
                    say("record", new Key("record").id());
                    say("enum", Registry.ONLY.find("enum"));
                    try {
                        kinds.throwing("throwing");
                    } catch (IllegalStateException thrown) {
                        say("its own exception", thrown.getMessage());
                    }
                }

                static void say(String what, Object answer) { System.out.println(what + ": " + answer); }
            }

            class Above { String find(String key) { return "body"; } }
            class Below extends Above { @Override String find(String key) { return "body"; } }
            interface Api {
                String load(String key);
                default String byDefault(String key) { return "body"; }
            }
            class Implementation implements Api { public String load(String key) { return "body"; } }
            class WildOne {
                String get(String key) { return "body"; }
                static String findSession(String key) { return "body"; }
                static String lose(String key) { return "body"; }
            }
            class Outer { static class Inner { String find(String key) { return "body"; } } }
            class Hidden { String find(String key) { return "body"; } }
            class Overloads {
                String find(String key) { return "body"; }
                String find(Object key) { return "body"; }
                String find(String key, int limit) { return "body"; }
                String find(String key, long limit) { return "body"; }
            }
            final class Kinds {
                static String ofStatic(String key) { return "body"; }
                String callsPrivate(String key) { return ofPrivate(key); }
                private String ofPrivate(String key) { return "body"; }
                final String ofFinal(String key) { return "body"; }
                synchronized String ofSynchronized(String key) { return "body"; }
                String wide(long a, double b, String key, long c) { return "body"; }
                String varargs(String key, int... more) { return "body"; }
                String recursive(int depth, String key) { return depth == 0 ? "body" : recursive(depth - 1, key); }
                String throwing(String key) { throw new IllegalStateException("of the body"); }
            }
            interface Finder<T> { T find(T key); }
            class TextFinder implements Finder<String> { public String find(String key) { return "body"; } }
            record Key(String name) { String id() { return "body"; } }
            enum Registry { ONLY { @Override String find(String key) { return "body"; } }; abstract String find(String key); }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void everyFormFindsItsMethodsAndNoOthers(Jdk jdk) {
        Database database = Database.in(folder).withSession("fresh", "fresh-id", Duration.ofHours(1));
        for (String key : new String[] {
            "subtype",
            "interface",
            "lambda",
            "default",
            "wildcard type",
            "wildcard method",
            "not in the wildcard",
            "nested",
            "package-private",
            "by String",
            "by Object",
            "by int",
            "by long",
            "static",
            "private",
            "final",
            "synchronized",
            "wide",
            "varargs",
            "bridge",
            "recursion",
            "record",
            "enum"
        }) {
            database.withSession(key, "id " + key, Duration.ofHours(25));
        }

        Host.Run run = Host.of(folder, HOST)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Above+#find", "key", "arg0")
                        .withRead("com.acme.Api+#*(String)", "key", "arg0")
                        .withRead("com.acme.Wild*#get", "key", "arg0")
                        .withRead("*.WildOne#find*(..)", "key", "arg0")
                        .withRead("com.acme.Outer$Inner#find(java.lang.String)", "key", "arg0")
                        .withRead("com.acme.Hidden#find", "key", "arg0")
                        .withRead("com.acme.Overloads#find(String)", "key", "arg0")
                        .withRead("com.acme.Overloads#find(String, long)", "key", "arg0")
                        .withRead("com.acme.Kinds#of*", "key", "arg0")
                        .withRead("com.acme.Kinds#wide(long, .., long)", "key", "arg2")
                        .withRead("com.acme.Kinds#varargs(String, int[])", "key", "arg0")
                        .withRead("com.acme.Kinds#recursive", "key", "arg1")
                        .withRead("com.acme.Kinds#throwing", "key", "arg0")
                        .withRead("com.acme.Finder+#find", "key", "arg0")
                        .withRead("com.acme.Key#id()", "key", "this.name")
                        .withRead("com.acme.Registry+#find", "key", "arg0")
                        .toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "subtype: null",
                        "interface: null",
                        "lambda is no class of the host's: body",
                        "default: null",
                        "wildcard type: null",
                        "wildcard method: null",
                        "not in the wildcard: body",
                        "nested: null",
                        "package-private: null",
                        "by String: null",
                        "by Object: body",
                        "by int: body",
                        "by long: null",
                        "static: null",
                        "private: null",
                        "final: null",
                        "synchronized: null",
                        "wide: null",
                        "varargs: null",
                        "bridge: null",
                        "recursion: null",
                        "fresh: body",
                        "record: null",
                        "enum: null",
                        "its own exception: of the body");
        assertThat(run.hostLines()).isEmpty();
        assertThat(run.agentLines()).noneMatch(line -> line.startsWith("WARN"));
    }

    /** What loads the engine is loaded as the host's classes are, and looks for classes by their names. */
    @OnEachJdk
    void whatFitsAnyClassFitsNoneOfTheAgents(Jdk jdk) {
        Database.in(folder).withSession("nested", "an-id", Duration.ofHours(25));

        Host.Run run = Host.of(folder, HOST)
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withRead("*#find(String)", "key", "arg0")
                        .toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines()).contains("nested: null");
        assertThat(run.hostLines()).isEmpty();
    }
}
