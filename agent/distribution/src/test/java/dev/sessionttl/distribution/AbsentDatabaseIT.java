package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import dev.sessionttl.distribution.host.Programs;
import dev.sessionttl.distribution.host.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Law 2: the database, its table and its columns may be missing; that is told once, and nothing is ever created. */
class AbsentDatabaseIT {
    /** Reads and fails to resume, many times over; its own answer needs no database. */
    private static final String HOST = """
            package com.acme;

            public class Reader {
                public static void main(String[] args) throws Exception {
                    for (int i = 0; i < 20; i++) {
                        new SessionStore().find("old");
                        new ClaudeCli().resume("id-" + i);
                    }
                    System.out.println(new SessionStore().find("old"));
                    System.out.println("ready");
                    System.in.read();
                    System.out.println(new SessionStore().find("old"));
                }
            }
            """;

    private static final String NO_DRIVER_YET = "Optional[by heart]\nready\n";

    @TempDir
    Path folder;

    @OnEachJdk
    void aMissingDirectoryIsNotCreated(Jdk jdk) {
        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 2000");

        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(sayings(run)).containsOnlyOnce("no database at");
    }

    @OnEachJdk
    void aMissingDatabaseIsNotCreated(Jdk jdk) throws IOException {
        Files.createDirectory(folder.resolve("data"));

        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 2000");

        assertThat(filesOfTheDatabase()).isEmpty();
        assertThat(sayings(run)).containsOnlyOnce("no database at");
    }

    @OnEachJdk
    void aMissingDatabaseIsNotCreatedByReadsEither(Jdk jdk) throws IOException {
        Files.createDirectory(folder.resolve("data"));

        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 0");

        assertThat(filesOfTheDatabase()).isEmpty();
        assertThat(sayings(run)).containsOnlyOnce("unable to open database file");
    }

    @OnEachJdk
    void aDatabaseWithoutTheTableIsLeftAsItIs(Jdk jdk) {
        Database database = Database.in(folder, "PRAGMA journal_mode = WAL").execute("DROP TABLE agent_sessions");

        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 2000");

        assertThat(filesOfTheDatabase()).containsExactly("orchestrator.db");
        assertThat(database.query("SELECT name FROM sqlite_master")).isEmpty();
        assertThat(sayings(run)).contains("no such table");
    }

    @OnEachJdk
    void aLastUsedColumnThatDoesNotExistIsNotTakenForAText(Jdk jdk) {
        Database database = Database.in(folder).withSession("old", "stale-id", Duration.ofHours(25));

        // In quotes it would be a text to SQLite, and every text is "older" than some bound of the sweep.
        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 2000, \"lastUsedAt\": \"lastUsedAt\"");

        assertThat(database.sessionIds()).containsExactly("stale-id");
        assertThat(filesOfTheDatabase()).containsExactly("orchestrator.db");
        assertThat(sayings(run)).contains("no such column: agent_sessions.lastUsedAt");
    }

    @OnEachJdk
    void aLastUsedColumnWhoseNameReadsAsAnOldDateDropsNothing(Jdk jdk) {
        Database database = Database.in(folder).withSession("old", "stale-id", Duration.ofHours(25));

        readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 2000, \"lastUsedAt\": \"2020-01-01 00:00:00\"");

        assertThat(database.sessionIds()).containsExactly("stale-id");
    }

    @OnEachJdk
    void aKeyColumnThatDoesNotExistIsNotTakenForAText(Jdk jdk) {
        // The misspelt column's name is a key that the host asks for: "old" = 'old' would hold for every row.
        Database database = Database.in(folder)
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("other", "other-id", Duration.ofHours(25));

        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 0, \"key\": \"old\"");

        assertThat(database.sessionIds()).containsExactly("other-id", "stale-id");
        assertThat(sayings(run)).containsOnlyOnce("no such column: agent_sessions.old");
    }

    @OnEachJdk
    void aSessionIdColumnThatDoesNotExistIsNotTakenForAText(Jdk jdk) {
        Database database = Database.in(folder).withSession("old", "stale-id", Duration.ofHours(25));

        Host.Run run = readsAreLeftAlone(jdk, "\"sweepBudgetMs\": 0, \"sessionId\": \"id-7\"");

        assertThat(database.sessionIds()).containsExactly("stale-id");
        assertThat(sayings(run)).containsOnlyOnce("no such column: agent_sessions.id-7");
    }

    @OnEachJdk
    void aDatabaseThatAppearsLaterIsUsedFromThenOn(Jdk jdk) {
        Watch host = start(jdk, "\"sweepBudgetMs\": 2000");
        Database database = Database.in(folder).withSession("old", "stale-id", Duration.ofHours(25));

        Host.Run run = host.release().succeeded();

        assertThat(run.out()).isEqualTo(NO_DRIVER_YET + "Optional.empty\n");
        assertThat(database.sessionIds()).isEmpty();
    }

    /** Runs the host, which must get its own answer every time, with no word of an error on the metrics. */
    private Host.Run readsAreLeftAlone(Jdk jdk, String store) {
        Watch host = start(jdk, store);
        for (String operation : List.of("find", "drop", "sweep")) {
            assertThat(host.metric("claude_session_store_errors_total{operation=\"" + operation + "\"}"))
                    .as("errors at %s", operation)
                    .isZero();
        }
        Host.Run run = host.release().succeeded();
        assertThat(run.out()).isEqualTo(NO_DRIVER_YET + "Optional[by heart]\n");
        return run;
    }

    private Watch start(Jdk jdk, String store) {
        return new Watch(Host.of(folder, HOST, Programs.STORE_WITHOUT_SQLITE, Programs.CLI)
                        .withConfig(Programs.config(store))
                        .start(jdk))
                .untilItSays("ready");
    }

    /** What the agent tells, without the lines of the failed resumes. */
    private static String sayings(Host.Run run) {
        return String.join(
                "\n",
                run.err()
                        .lines()
                        .filter(line -> line.startsWith("[session-ttl]") && !line.contains("was refused"))
                        .toList());
    }

    private List<String> filesOfTheDatabase() {
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
