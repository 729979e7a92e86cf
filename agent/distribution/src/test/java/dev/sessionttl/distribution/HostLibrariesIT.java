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
import org.junit.jupiter.api.io.TempDir;

/** Sessions and failures in the types of the libraries that hosts have, which the agent has none of itself. */
class HostLibrariesIT {
    private static final List<Path> LIBRARIES = Host.librariesNamed(
            "reactor-core",
            "reactive-streams",
            "mutiny",
            "smallrye-common-annotation",
            "jctools-core",
            "rxjava-3",
            "rxjava-2",
            "vavr-1",
            "guava",
            "failureaccess",
            "scala-library",
            "kotlin-stdlib",
            "kotlinx-coroutines");

    @TempDir
    Path folder;

    @OnEachJdk
    void aReadByKeyHandsOutWhatTheLibraryHasForNone(Jdk jdk) {
        String host = """
                package com.acme;

                import io.smallrye.mutiny.*;
                import reactor.core.publisher.*;

                public class Types {
                    interface Body { Object of(String key) throws Exception; }

                    public static void main(String[] args) throws Exception {
                        show("mono", key -> mono(key).block());
                        show("flux", key -> flux(key).collectList().block());
                        show("uni", key -> uni(key).await().indefinitely());
                        show("multi", key -> multi(key).collect().asList().await().indefinitely());
                        show("maybe3", key -> maybe3(key).blockingGet());
                        show("flowable3", key -> flowable3(key).toList().blockingGet());
                        show("observable3", key -> observable3(key).toList().blockingGet());
                        show("single3", key -> single3(key).blockingGet());
                        show("maybe2", key -> maybe2(key).blockingGet());
                        show("guava", Types::guava);
                        show("vavr", Types::vavr);
                        show("scala", Types::scala);
                        show("flow", key -> flow(key).getClass().getSimpleName().equals("EmptyFlow"));
                    }

                    static void show(String name, Body body) throws Exception {
                        System.out.println(name + " " + body.of(name) + " " + body.of("fresh"));
                    }

                    static Mono<String> mono(String key) { return Mono.just("live"); }
                    static Flux<String> flux(String key) { return Flux.just("live", "more"); }
                    static Uni<String> uni(String key) { return Uni.createFrom().item("live"); }
                    static Multi<String> multi(String key) { return Multi.createFrom().items("live", "more"); }
                    static io.reactivex.rxjava3.core.Maybe<String> maybe3(String key) { return io.reactivex.rxjava3.core.Maybe.just("live"); }
                    static io.reactivex.rxjava3.core.Flowable<String> flowable3(String key) { return io.reactivex.rxjava3.core.Flowable.just("live"); }
                    static io.reactivex.rxjava3.core.Observable<String> observable3(String key) { return io.reactivex.rxjava3.core.Observable.just("live"); }
                    static io.reactivex.rxjava3.core.Single<String> single3(String key) { return io.reactivex.rxjava3.core.Single.just("live"); }
                    static io.reactivex.Maybe<String> maybe2(String key) { return io.reactivex.Maybe.just("live"); }
                    static com.google.common.base.Optional<String> guava(String key) { return com.google.common.base.Optional.of("live"); }
                    static io.vavr.control.Option<String> vavr(String key) { return io.vavr.control.Option.of("live"); }
                    static scala.Option<String> scala(String key) { return scala.Option.apply("live"); }
                    static kotlinx.coroutines.flow.Flow<String> flow(String key) {
                        return kotlinx.coroutines.flow.FlowKt.flowOf("live");
                    }
                }
                """;
        Database database = Database.in(folder).withSession("fresh", "fresh-id", Duration.ofHours(1));
        for (String name : List.of(
                "mono",
                "flux",
                "uni",
                "multi",
                "maybe3",
                "flowable3",
                "observable3",
                "single3",
                "maybe2",
                "guava",
                "vavr",
                "scala",
                "flow")) {
            database.withSession(name, name, Duration.ofHours(25));
        }

        Host.Run run = Host.of(folder, LIBRARIES, host)
                .withConfig(AgentsJson.ofTable()
                        .withRead("com.acme.Types#*(String)", "key", "arg0")
                        .toString())
                .withJvmOptions(jdk.nativeAccess())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "mono null live",
                        "flux [] [live, more]",
                        "uni null live",
                        "multi [] [live, more]",
                        "maybe3 null live",
                        "flowable3 [] [live]",
                        "observable3 [] [live]",
                        // It always brings a value: the host's own body runs, and finds no row.
                        "single3 live live",
                        "maybe2 null live",
                        "guava Optional.absent() Optional.of(live)",
                        "vavr None Some(live)",
                        "scala None Some(live)",
                        "flow true false");
        assertThat(database.sessionIds()).containsExactly("fresh-id");
        assertThat(run.agentLines()).noneMatch(line -> line.contains("WARN"));
    }

    /** Each is asked for a stale id under its own name, and for a fresh one; both come later, on another thread. */
    @OnEachJdk
    void anIdThatArrivesLaterIsDecidedWhenItArrives(Jdk jdk) {
        String host = """
                package com.acme;

                import io.smallrye.mutiny.*;
                import java.time.Duration;
                import java.util.*;
                import java.util.concurrent.*;
                import reactor.core.publisher.*;
                import reactor.core.scheduler.Schedulers;

                public class Types {
                    interface Body { Object of(String id) throws Exception; }
                    record Session(String id) {}
                    static final ExecutorService POOL = Executors.newSingleThreadExecutor();

                    public static void main(String[] args) throws Exception {
                        show("future", id -> future(id).get());
                        show("futureOptional", id -> futureOptional(id).join());
                        show("mono", id -> mono(id).block());
                        show("flux", id -> flux(id).collectList().block());
                        show("uni", id -> uni(id).await().indefinitely());
                        show("multi", id -> multi(id).collect().asList().await().indefinitely());
                        show("maybe3", id -> maybe3(id).blockingGet());
                        show("flowable3", id -> flowable3(id).toList().blockingGet());
                        show("maybe2", id -> maybe2(id).blockingGet());
                        show("nulled", id -> nulled(id).block());
                        show("nulled3", id -> nulled3(id).blockingGet());
                        show("guava", Types::guava);
                        show("vavr", Types::vavr);
                        show("scala", Types::scala);
                        Mono<Session> twice = mono("live");
                        System.out.println(twice.block() + " " + twice.block());
                        POOL.shutdown();
                    }

                    static void show(String name, Body body) throws Exception {
                        System.out.println(name + " " + body.of(name) + " " + body.of("live"));
                    }

                    static CompletableFuture<Session> future(String id) { return later(new Session(id)); }
                    static CompletableFuture<Optional<Session>> futureOptional(String id) { return later(Optional.of(new Session(id))); }
                    static <T> CompletableFuture<T> later(T value) {
                        CompletableFuture<T> future = new CompletableFuture<>();
                        CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, POOL).execute(() -> future.complete(value));
                        return future;
                    }
                    static Mono<Session> mono(String id) { return Mono.just(new Session(id)).publishOn(Schedulers.boundedElastic()); }
                    static Flux<Session> flux(String id) { return Flux.just(new Session("live"), new Session(id)).publishOn(Schedulers.boundedElastic()); }
                    static Uni<Session> uni(String id) { return Uni.createFrom().item(new Session(id)).emitOn(POOL); }
                    static Multi<Session> multi(String id) { return Multi.createFrom().items(new Session("live"), new Session(id)).emitOn(POOL); }
                    static io.reactivex.rxjava3.core.Maybe<Session> maybe3(String id) {
                        return io.reactivex.rxjava3.core.Maybe.just(new Session(id)).delay(10, TimeUnit.MILLISECONDS);
                    }
                    static io.reactivex.rxjava3.core.Flowable<Session> flowable3(String id) {
                        return io.reactivex.rxjava3.core.Flowable.just(new Session("live"), new Session(id)).delay(10, TimeUnit.MILLISECONDS);
                    }
                    static io.reactivex.Maybe<Session> maybe2(String id) { return io.reactivex.Maybe.just(new Session(id)).delay(10, TimeUnit.MILLISECONDS); }
                    static Mono<Session> nulled(String id) { return mono2(id); }
                    static Mono<Session> mono2(String id) { return Mono.just(new Session(id)).publishOn(Schedulers.boundedElastic()); }
                    static io.reactivex.rxjava3.core.Single<Session> nulled3(String id) {
                        return io.reactivex.rxjava3.core.Single.just(new Session(id)).delay(10, TimeUnit.MILLISECONDS);
                    }
                    static com.google.common.base.Optional<Session> guava(String id) { return com.google.common.base.Optional.of(new Session(id)); }
                    static io.vavr.control.Option<Session> vavr(String id) { return io.vavr.control.Option.of(new Session(id)); }
                    static scala.Option<Session> scala(String id) { return scala.Option.apply(new Session(id)); }
                }
                """;
        Database database = Database.in(folder).withSession("-", "live", Duration.ofHours(1));
        List<String> names = List.of(
                "future",
                "futureOptional",
                "mono",
                "flux",
                "uni",
                "multi",
                "maybe3",
                "flowable3",
                "maybe2",
                "guava",
                "vavr",
                "scala");
        AgentsJson config = AgentsJson.ofTable().withHttp();
        names.forEach(name -> {
            database.withSession("of " + name, name, Duration.ofHours(25));
            config.withRead("com.acme.Types#" + name + "(String)", "sessionId", "return.id");
        });
        for (String nulled : List.of("nulled", "nulled3")) {
            database.withSession("of " + nulled, nulled, Duration.ofHours(25));
            config.withReadOf("{ \"at\": \"com.acme.Types#" + nulled
                    + "(String)\", \"sessionId\": \"return.id\", \"absent\": \"null-field\" }");
        }

        Host.Run run = Host.of(folder, LIBRARIES, host)
                .withConfig(config.toString())
                .withJvmOptions(jdk.nativeAccess())
                .run(jdk)
                .succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "future null Session[id=live]",
                        "futureOptional Optional.empty Optional[Session[id=live]]",
                        "mono null Session[id=live]",
                        "flux [Session[id=live]] [Session[id=live], Session[id=live]]",
                        "uni null Session[id=live]",
                        "multi [Session[id=live]] [Session[id=live], Session[id=live]]",
                        "maybe3 null Session[id=live]",
                        "flowable3 [Session[id=live]] [Session[id=live], Session[id=live]]",
                        "maybe2 null Session[id=live]",
                        "nulled Session[id=null] Session[id=live]",
                        "nulled3 Session[id=null] Session[id=live]",
                        "guava Optional.absent() Optional.of(Session[id=live])",
                        "vavr None Some(Session[id=live])",
                        "scala None Some(Session[id=live])",
                        "Session[id=live] Session[id=live]");
        assertThat(database.sessionIds()).containsExactly("live");
        assertThat(run.agentLines()).noneMatch(line -> line.contains("WARN"));
    }

    /** Each fails for an id of its own, on another thread than it was asked on, and every refusal is seen once. */
    @OnEachJdk
    void aFailureThatComesLaterIsSeenOnWhateverThreadAndCountedOnce(Jdk jdk) {
        String host = """
                package com.acme;

                import io.smallrye.mutiny.*;
                import java.util.*;
                import java.util.concurrent.*;
                import java.util.function.*;
                import reactor.core.publisher.*;
                import reactor.core.scheduler.Schedulers;

                public class Cli {
                    interface Attempt { Object made() throws Exception; }
                    record Result(String error) {}
                    static final ExecutorService POOL = Executors.newSingleThreadExecutor();

                    public static void main(String[] args) throws Exception {
                        Cli cli = new Cli();
                        attempt("future", () -> cli.dispatched("future").get());
                        attempt("future again", () -> cli.dispatched("future").get());
                        attempt("result", () -> cli.result("result").get());
                        attempt("stage", () -> cli.stage("stage").toCompletableFuture().get());
                        attempt("mono", () -> cli.mono("mono").block());
                        attempt("flux", () -> cli.flux("flux").collectList().block());
                        attempt("uni", () -> cli.uni("uni").await().indefinitely());
                        attempt("single3", () -> cli.single3("single3").blockingGet());
                        attempt("flowable3", () -> cli.flowable3("flowable3").toList().blockingGet());
                        attempt("single2", () -> cli.single2("single2").blockingGet());
                        CountDownLatch told = new CountDownLatch(1);
                        cli.callback("callback", failure -> { cli.onError(failure); told.countDown(); });
                        told.await();

                        attempt("fine", () -> cli.mono("fine").block());
                        attempt("fine", () -> cli.future("fine").get());
                        Mono<Object> never = cli.mono("unsubscribed");
                        Mono<Object> twice = cli.mono("twice");
                        attempt("twice", () -> twice.block());
                        attempt("twice", () -> twice.block());
                        attempt("api", () -> cli.mono("api").block());
                        POOL.shutdown();
                        System.out.println("done");
                        System.in.read();
                    }

                    static void attempt(String name, Attempt attempt) {
                        try {
                            System.out.println(name + ": " + attempt.made());
                        } catch (Throwable failure) {
                            Throwable cause = failure;
                            while (cause.getCause() != null) cause = cause.getCause();
                            System.out.println(name + ": " + cause.getClass().getSimpleName());
                        }
                    }

                    static Object run(String id) {
                        if (id.equals("fine")) return "answer";
                        throw new IllegalStateException(id.equals("api") ? "API Error" : "No conversation found with session ID: " + id);
                    }

                    CompletableFuture<Object> dispatched(String id) {
                        return future(id).handle((answer, failure) -> {
                            if (failure != null) throw new IllegalArgumentException("dispatch failed", failure);
                            return answer;
                        });
                    }
                    CompletableFuture<Object> future(String id) { return CompletableFuture.supplyAsync(() -> run(id), POOL); }
                    CompletableFuture<Result> result(String id) {
                        return CompletableFuture.supplyAsync(() -> new Result("No conversation found with session ID: " + id), POOL);
                    }
                    CompletionStage<Object> stage(String id) { return CompletableFuture.supplyAsync(() -> run(id), POOL).minimalCompletionStage(); }
                    Mono<Object> mono(String id) { return Mono.fromCallable(() -> run(id)).subscribeOn(Schedulers.boundedElastic()); }
                    Flux<Object> flux(String id) { return Flux.concat(Flux.just("a line"), mono0(id)); }
                    private Mono<Object> mono0(String id) { return Mono.fromCallable(() -> run(id)).subscribeOn(Schedulers.boundedElastic()); }
                    Uni<Object> uni(String id) { return Uni.createFrom().item(() -> run(id)).runSubscriptionOn(POOL); }
                    io.reactivex.rxjava3.core.Single<Object> single3(String id) {
                        return io.reactivex.rxjava3.core.Single.fromCallable(() -> run(id)).subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.io());
                    }
                    io.reactivex.rxjava3.core.Flowable<Object> flowable3(String id) {
                        return io.reactivex.rxjava3.core.Flowable.fromCallable(() -> run(id)).subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.io());
                    }
                    io.reactivex.Single<Object> single2(String id) {
                        return io.reactivex.Single.fromCallable(() -> run(id)).subscribeOn(io.reactivex.schedulers.Schedulers.io());
                    }
                    void callback(String id, Consumer<Throwable> onError) {
                        POOL.execute(() -> { try { run(id); } catch (IllegalStateException failure) { onError.accept(failure); } });
                    }
                    void onError(Throwable failure) {}
                }
                """;
        List<String> refused = List.of(
                "future",
                "result",
                "stage",
                "mono",
                "flux",
                "uni",
                "single3",
                "flowable3",
                "single2",
                "callback",
                "twice");
        Database database = Database.in(folder);
        refused.forEach(id -> database.withSession("of " + id, id, Duration.ofHours(1)));
        for (String kept : List.of("fine", "unsubscribed", "api")) {
            database.withSession("of " + kept, kept, Duration.ofHours(1));
        }
        AgentsJson config = AgentsJson.ofTable().withHttp();
        for (String site :
                List.of("dispatched", "future", "stage", "mono", "flux", "uni", "single3", "flowable3", "single2")) {
            config.withFailure("com.acme.Cli#" + site + "(String)", "sessionId", "arg0");
        }
        config.withFailure("com.acme.Cli#result(String)", "sessionId", "arg0", "text", "return.error")
                .withFailure("com.acme.Cli#onError(Throwable)", "text", "arg0");

        Host.Running running = Host.of(folder, LIBRARIES, host)
                .withConfig(config.toString())
                .withJvmOptions(jdk.nativeAccess())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "future: IllegalStateException",
                        "future again: IllegalStateException",
                        "result: Result[error=No conversation found with session ID: result]",
                        "stage: IllegalStateException",
                        "mono: IllegalStateException",
                        "flux: IllegalStateException",
                        "uni: IllegalStateException",
                        "single3: IllegalStateException",
                        "flowable3: IllegalStateException",
                        "single2: IllegalStateException",
                        "fine: answer",
                        "fine: answer",
                        "twice: IllegalStateException",
                        "twice: IllegalStateException",
                        "api: IllegalStateException",
                        "done");
        assertThat(database.sessionIds()).containsExactly("api", "fine", "unsubscribed");
        // The second subscriber's run is an attempt of its own; the second future failed at once, by the first one's
        // failure.
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(refused.size() + 1);
        assertThat(metrics.valueOf("claude_session_resume_unclassified_total")).isEqualTo(1);
        assertThat(metrics.failedOpen()).isZero();
    }
}
