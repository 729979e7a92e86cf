package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.InMemory;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A host in Kotlin, compiled by its own compiler, whose store and CLI are {@code suspend} functions. */
class KotlinIT {
    private static final List<Path> LIBRARIES =
            Host.librariesNamed("kotlin-stdlib", "kotlinx-coroutines", "annotations-");

    private static final String HOST = """
            package com.acme

            import kotlinx.coroutines.*
            import java.util.Optional

            class Row(val sessionId: String)

            class SessionStore(private val agentId: String = "") {
                suspend fun find(key: String): String? { yield(); delay(1); return "live" }
                suspend fun findOptional(key: String): Optional<String> { yield(); return Optional.of("live") }
                suspend fun here(id: String): String? = id
                suspend fun later(id: String): String? { delay(1); return id }
                suspend fun row(id: String): Row? { delay(1); yield(); return Row(id) }
                suspend fun current(): String? { delay(1); closed += agentId; return "live" }
                val closed = mutableListOf<String>()
            }

            class ClaudeCli {
                suspend fun resume(id: String): String {
                    delay(1)
                    val answer = run(id)
                    yield()
                    return answer
                }
                private suspend fun run(id: String): String {
                    yield()
                    if (id.startsWith("dead")) throw IllegalStateException("conversation not found")
                    return "answer"
                }
            }

            fun main() {
                runBlocking(Dispatchers.Default) {
                    val store = SessionStore()
                    println("find ${store.find("find")} ${store.find("fresh")}")
                    println("optional ${store.findOptional("optional")} ${store.findOptional("fresh")}")
                    println("here ${store.here("here")} ${store.here("live")}")
                    println("later ${store.later("later")} ${store.later("live")}")
                    println("row ${store.row("row")?.sessionId} ${store.row("live")?.sessionId}")
                    val current = SessionStore("current")
                    println("current ${current.current()} ${current.closed}")
                    val cli = ClaudeCli()
                    println("fine ${cli.resume("fine")}")
                    for (id in listOf("dead-1", "dead-1", "dead-2")) {
                        println("$id " + runCatching { cli.resume(id) }.exceptionOrNull()?.message)
                    }
                    // Many, since it takes two threads at once to tell whether the one's end is the other's.
                    repeat(100) { i -> runCatching { cli.resume("dead-many-$i") } }
                    val both = listOf("dead-3", "dead-4").map { async { runCatching { cli.resume(it) } } }.awaitAll()
                    println("both ${both.map { it.isFailure }}")
                }
                println("done")
                System.`in`.read()
            }
            """;

    @TempDir
    static Path classes;

    @TempDir(factory = InMemory.class)
    Path folder;

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        Path source = Files.writeString(classes.resolve("Orchestrator.kt"), HOST);
        String compiler = Host.librariesNamed("kotlin", "annotations-").stream()
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
        String libraries = LIBRARIES.stream()
                .map(Path::toString)
                .collect(Collectors.joining(System.getProperty("path.separator")));
        Process process = new ProcessBuilder(
                        Jdk.current().java().toString(),
                        "-cp",
                        compiler,
                        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                        "-no-stdlib",
                        "-no-reflect",
                        "-jvm-target",
                        "17",
                        "-cp",
                        libraries,
                        "-d",
                        classes.toString(),
                        source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @OnEachJdk
    void aSuspendFunctionIsDecidedByItsKeyOnEntryAndByItsValueWhenThereIsOne(Jdk jdk) {
        Database database = Database.in(folder)
                .withSession("fresh", "fresh-id", Duration.ofHours(1))
                .withSession("-", "live", Duration.ofHours(1));
        for (String stale : List.of("find", "optional", "here", "later", "row", "current")) {
            database.withSession(stale, stale, Duration.ofHours(25));
        }
        for (String dead : List.of("dead-1", "dead-2", "dead-3", "dead-4")) {
            database.withSession(dead, dead, Duration.ofHours(1));
        }
        IntStream.range(0, 100)
                .mapToObj(i -> "dead-many-" + i)
                .forEach(dead -> database.withSession(dead, dead, Duration.ofHours(1)));

        Host.Running running = Host.ofClasses(folder, classes, LIBRARIES, "com.acme.OrchestratorKt")
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withRead("com.acme.SessionStore#find*(String, ..)", "key", "arg0")
                        .withRead("com.acme.SessionStore#here", "sessionId", "return")
                        .withRead("com.acme.SessionStore#later", "sessionId", "return")
                        .withRead("com.acme.SessionStore#row", "sessionId", "return.sessionId")
                        .withRead("com.acme.SessionStore#current", "key", "this.agentId")
                        .withFailure("com.acme.ClaudeCli#resume(String, ..)", "sessionId", "arg0")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        assertThat(run.out().lines())
                .containsExactly(
                        "find null live",
                        "optional Optional.empty Optional[live]",
                        "here null live",
                        "later null live",
                        "row null live",
                        "current null []",
                        "fine answer",
                        "dead-1 conversation not found",
                        "dead-1 conversation not found",
                        "dead-2 conversation not found",
                        "both [true, true]",
                        "done");
        assertThat(database.sessionIds()).containsExactly("fresh-id", "live");
        // The retry of the first failed at once, and was no attempt.
        assertThat(metrics.valueOf("claude_session_resume_failures_total")).isEqualTo(104);
        assertThat(metrics.failedOpen()).isZero();
        assertThat(run.agentLines()).noneMatch(line -> line.contains("leads nowhere"));
    }
}
