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

/** {@code java -jar session-ttl-agent.jar}: what all commands have in common. */
class CommandLineIT {
    @TempDir
    Path folder;

    @OnEachJdk
    void theHelpNamesEachCommandAndTheVersionIsTheJars(Jdk jdk) {
        Host.Run help = command("--help").run(jdk).succeeded();
        Host.Run version = command("--version").run(jdk).succeeded();

        assertThat(help.out())
                .startsWith("Usage: java -jar session-ttl-agent.jar ")
                .contains("generate-completion");
        assertThat(version.out()).matches("session-ttl-agent \\d+\\.\\d+\\S*\\R");
        assertThat(help.err() + version.err()).isEmpty();
    }

    @OnEachJdk
    void whatCannotBeUnderstoodIsWrongUsage(Jdk jdk) {
        Host.Run none = command().run(jdk);
        Host.Run unknown = command("swep").run(jdk);

        assertThat(none.exit()).isEqualTo(2);
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("'swep'").doesNotContain("\tat ");
        assertThat(none.out() + unknown.out()).isEmpty();
    }

    /** JAVA_TOOL_OPTIONS reaches every JVM of a server, and a look at the table must not sweep it. */
    @OnEachJdk
    void theAgentDoesNotAttachToItsOwnCommandLine(Jdk jdk) {
        Database database = Database.in(folder).withSession("old", "old-id", Duration.ofHours(25));

        Host.Run run = command("--version")
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withEnvironment("JAVA_TOOL_OPTIONS", "-javaagent:" + Host.agentJar())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).startsWith("session-ttl-agent ");
        assertThat(run.agentLines()).isEmpty();
        assertThat(database.sessionIds()).containsExactly("old-id");
    }

    private Host command(String... arguments) {
        return Host.ofJar(folder, Host.agentJar(), arguments).withoutAgent();
    }
}
