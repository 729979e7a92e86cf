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

/** {@code sweep}: what is expired goes, from another process than the host's, or is counted by age. */
class SweepCommandIT {
    @TempDir
    Path folder;

    @OnEachJdk
    void aDryRunCountsByAgeAndASweepDropsWhatItCounted(Jdk jdk) {
        Database database = table();

        Host.Run dry =
                sweep(AgentsJson.ofTable().toString(), "--dry-run").run(jdk).succeeded();
        Host.Run asConfigured =
                sweep(AgentsJson.ofTable().withDryRun().toString()).run(jdk).succeeded();

        assertThat(dry.out()).isEqualTo("""
                %s, agent_sessions: 3 of 4 sessions are expired
                  1 to 2 days                   2
                  7 to 30 days                  1
                dry run: nothing is dropped
                """.formatted(database.file()));
        assertThat(asConfigured.out()).isEqualTo(dry.out());
        assertThat(database.sessionIds()).containsExactly("id-1", "id-2", "id-3", "young-id");

        Host.Run real =
                sweep(AgentsJson.ofTable().toString(), "--json").run(jdk).succeeded();

        assertThat(real.out()).contains("\"sessions\":4,\"expired\":3,").endsWith("\"dryRun\":false,\"dropped\":3}\n");
        assertThat(database.sessionIds()).containsExactly("young-id");
        assertThat(dry.err() + real.err()).isEmpty();
    }

    @OnEachJdk
    void aConfigWithProblemsSweepsNothing(Jdk jdk) {
        Database database = table();
        String misread = AgentsJson.ofTable().toString().replaceFirst("\\{", "{ \"MAX_SESSION_AGE_MS\": \"7 days\",");

        Host.Run run = sweep(misread).run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("config/agents.json:1:", "MAX_SESSION_AGE_MS", "nothing is swept");
        assertThat(database.sessionIds()).hasSize(4);
    }

    @OnEachJdk
    void agesThatTheAgentObservesAreNotItsToKnow(Jdk jdk) {
        Database database = table();

        Host.Run run = sweep(AgentsJson.ofTable()
                        .withStore("\"lastUsedAt\": \"observed\"")
                        .toString())
                .run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("knows alone: nothing is swept");
        assertThat(database.sessionIds()).hasSize(4);
    }

    @OnEachJdk
    void whatASweepOfTheAgentsMayNotDropIsNotDroppedHereEither(Jdk jdk) {
        Database database = table();
        database.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
                + " INSERT INTO agent_sessions SELECT 'n' || i, 'n' || i, "
                + (System.currentTimeMillis() - Duration.ofHours(30).toMillis()) + " FROM n");

        Host.Run run = sweep(AgentsJson.ofTable()
                        .withStore("\"maxSweepFraction\": 0.5")
                        .toString())
                .run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("203 of 204 sessions are expired, more than store.maxSweepFraction 0.5");
        assertThat(database.sessionIds()).hasSize(204);
    }

    @OnEachJdk
    void aMissingDatabaseIsNotCreated(Jdk jdk) {
        Host.Run run = sweep(AgentsJson.ofTable().toString()).run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("there is no such database");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private Database table() {
        return Database.in(folder)
                .withSession("1", "id-1", Duration.ofHours(25))
                .withSession("2", "id-2", Duration.ofHours(47))
                .withSession("3", "id-3", Duration.ofDays(8))
                .withSession("young", "young-id", Duration.ofHours(1));
    }

    private Host sweep(String config, String... arguments) {
        return Host.ofJar(folder, Host.agentJar(), "sweep")
                .withArguments(arguments)
                .withoutAgent()
                .withConfig(config);
    }
}
