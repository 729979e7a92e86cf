package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** What a host gets in place of a stale session is what its method has for "none", and a live one is never touched (law 6). */
class AbsentIT {
    @TempDir
    Path folder;

    /** Each method is asked for its own name, under which there is an expired row, and for a fresh one. */
    @OnEachJdk
    void aReadByKeyHandsOutWhatItsReturnTypeHasForNone(Jdk jdk) {
        String host = """
                package com.acme;

                import java.util.*;
                import java.util.concurrent.*;
                import java.util.stream.*;

                public class ByKey {
                    interface Body { Object of(String key) throws Exception; }
                    record Session(String id, int turns) {}
                    interface Store<T> { T bridged(String key); }
                    static class TextStore implements Store<String> { public String bridged(String key) { return "live"; } }
                    static final List<String> ran = new ArrayList<>();

                    public static void main(String[] args) throws Exception {
                        show("text", ByKey::text);
                        show("optional", ByKey::optional);
                        show("optionalInt", ByKey::optionalInt);
                        show("optionalLong", ByKey::optionalLong);
                        show("future", key -> future(key).join());
                        show("futureOptional", key -> futureOptional(key).get());
                        show("stage", key -> stage(key).toCompletableFuture().join());
                        show("list", ByKey::list);
                        show("set", ByKey::set);
                        show("map", ByKey::map);
                        show("stream", key -> stream(key).toList());
                        show("iterator", key -> iterator(key).hasNext());
                        show("session", ByKey::session);
                        show("number", ByKey::number);
                        show("nothing", key -> { nothing(key); return ran; });
                        show("object", ByKey::object);
                        show("generic", key -> ByKey.<String>generic(key));
                        show("bridged", ((Store<String>) new TextStore())::bridged);
                        List<String> mine = list("list2");
                        mine.add("the host's own");
                        System.out.println(mine);
                    }

                    static void show(String name, Body body) throws Exception {
                        System.out.println(name + " " + body.of(name) + " " + body.of("fresh"));
                    }

                    static String text(String key) { return "live"; }
                    static Optional<String> optional(String key) { return Optional.of("live"); }
                    static OptionalInt optionalInt(String key) { return OptionalInt.of(1); }
                    static OptionalLong optionalLong(String key) { return OptionalLong.of(1); }
                    static CompletableFuture<String> future(String key) { return CompletableFuture.completedFuture("live"); }
                    static CompletableFuture<Optional<String>> futureOptional(String key) {
                        return CompletableFuture.completedFuture(Optional.of("live"));
                    }
                    static CompletionStage<String> stage(String key) { return CompletableFuture.completedStage("live"); }
                    static List<String> list(String key) { return List.of("live"); }
                    static Set<String> set(String key) { return Set.of("live"); }
                    static Map<String, String> map(String key) { return Map.of("id", "live"); }
                    static Stream<String> stream(String key) { return Stream.of("live"); }
                    static Iterator<String> iterator(String key) { return List.of("live").iterator(); }
                    static Session session(String key) { return new Session("live", 3); }
                    static int number(String key) { return 42; }
                    static void nothing(String key) { ran.add(key); }
                    static Object object(String key) { return "live"; }
                    @SuppressWarnings("unchecked")
                    static <T> T generic(String key) { return (T) "live"; }
                }
                """;
        List<String> names = List.of(
                "text",
                "optional",
                "optionalInt",
                "optionalLong",
                "future",
                "futureOptional",
                "stage",
                "list",
                "list2",
                "set",
                "map",
                "stream",
                "iterator",
                "session",
                "number",
                "nothing",
                "object",
                "generic",
                "bridged");
        Database database = Database.in(folder).withSession("fresh", "fresh-id", Duration.ofHours(1));
        names.forEach(name -> database.withSession(name, "stale-" + name, Duration.ofHours(25)));

        Host.Run run = Host.of(folder, host)
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.ByKey*#*(String)", "key", "arg0")
                        .toString())
                .withJvmOptions(jdk.nativeAccess())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "text null live",
                        "optional Optional.empty Optional[live]",
                        "optionalInt OptionalInt.empty OptionalInt[1]",
                        "optionalLong OptionalLong.empty OptionalLong[1]",
                        "future null live",
                        "futureOptional Optional.empty Optional[live]",
                        "stage null live",
                        "list [] [live]",
                        "set [] [live]",
                        "map {} {id=live}",
                        "stream [] [live]",
                        "iterator false true",
                        "session null Session[id=live, turns=3]",
                        "number 42 42",
                        "nothing [nothing] [nothing, fresh]",
                        "object null live",
                        "generic null live",
                        "bridged null live",
                        "[the host's own]");
        assertThat(run.hostLines()).isEmpty();
        assertThat(database.sessionIds()).containsExactly("fresh-id");
    }

    /** Each method returns its own name in the guise of an id, of which there is an expired row; "live" is a fresh one. */
    @OnEachJdk
    void aReadByWhatItReturnsHandsOutNoneInItsPlace(Jdk jdk) {
        String host = """
                package com.acme;

                import java.util.*;
                import java.util.concurrent.*;

                public class ByReturn {
                    interface Body { Object of(String id) throws Exception; }
                    record Session(String sessionId, int turns) {}

                    public static void main(String[] args) throws Exception {
                        show("text", ByReturn::text);
                        show("optional", ByReturn::optional);
                        show("object", ByReturn::object);
                        show("objectOptional", ByReturn::objectOptional);
                        show("uuid", id -> uuid(id.equals("live") ? new UUID(1, 1) : new UUID(2, 2)));
                        show("field", ByReturn::field);
                        show("futureField", id -> futureField(id).join());
                        show("optionalField", ByReturn::optionalField);
                        show("element", ByReturn::element);
                        show("mapped", ByReturn::mapped);
                        show("keyed", ByReturn::keyed);
                        System.out.println("unknown " + text("an id that is in no row"));
                    }

                    static void show(String name, Body body) throws Exception {
                        System.out.println(name + " " + body.of(name) + " " + body.of("live"));
                    }

                    static String text(String id) { return id; }
                    static Optional<String> optional(String id) { return Optional.of(id); }
                    static Object object(String id) { return id; }
                    static Object objectOptional(String id) { return Optional.of(id); }
                    static UUID uuid(UUID id) { return id; }
                    static Session field(String id) { return new Session(id, 3); }
                    static CompletableFuture<Session> futureField(String id) { return CompletableFuture.completedFuture(field2(id)); }
                    static Session field2(String id) { return new Session(id, 4); }
                    static Optional<Session> optionalField(String id) { return Optional.of(field2(id)); }
                    static List<String> element(String id) { return List.of(id, "more"); }
                    static Map<String, Session> mapped(String id) { return Map.of("session", field2(id)); }
                    /** Decided by its key too, whose row is fresh. */
                    static String keyed(String id) { return id; }
                }
                """;
        Database database = Database.in(folder)
                .withSession("-", "live", Duration.ofHours(1))
                .withSession("--", new UUID(1, 1).toString(), Duration.ofHours(1))
                .withSession("uuid", new UUID(2, 2).toString(), Duration.ofHours(25));
        for (String name : List.of(
                "text",
                "optional",
                "object",
                "objectOptional",
                "field",
                "futureField",
                "optionalField",
                "element",
                "mapped",
                "keyed")) {
            database.withSession("of " + name, name, Duration.ofHours(25));
        }

        Host.Run run = Host.of(folder, host)
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.ByReturn#text", "sessionId", "return")
                        .withRead("com.acme.ByReturn#optional", "sessionId", "return")
                        .withRead("com.acme.ByReturn#object*", "sessionId", "return")
                        .withRead("com.acme.ByReturn#uuid", "sessionId", "return")
                        .withRead("com.acme.ByReturn#field", "sessionId", "return.sessionId")
                        .withRead("com.acme.ByReturn#futureField", "sessionId", "return.sessionId")
                        .withRead("com.acme.ByReturn#optionalField", "sessionId", "return.sessionId")
                        .withRead("com.acme.ByReturn#element", "sessionId", "return[0]")
                        .withRead("com.acme.ByReturn#mapped", "sessionId", "return.session.sessionId")
                        .withRead("com.acme.ByReturn#keyed", "sessionId", "return")
                        .toString())
                .withJvmOptions(jdk.nativeAccess())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "text null live",
                        "optional Optional.empty Optional[live]",
                        "object null live",
                        "objectOptional Optional.empty Optional[live]",
                        "uuid null 00000000-0000-0001-0000-000000000001",
                        "field null Session[sessionId=live, turns=3]",
                        "futureField null Session[sessionId=live, turns=4]",
                        "optionalField Optional.empty Optional[Session[sessionId=live, turns=4]]",
                        "element [] [live, more]",
                        "mapped {} {session=Session[sessionId=live, turns=4]}",
                        "keyed null live",
                        "unknown an id that is in no row");
        assertThat(database.sessionIds()).containsExactly(new UUID(1, 1).toString(), "live");
    }
}
