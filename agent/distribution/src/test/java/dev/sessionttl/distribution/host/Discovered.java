package dev.sessionttl.distribution.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** The config that {@code discover} of the agent's real jar proposes. */
public final class Discovered {
    private Discovered() {}

    /** @param folder where the config is written, {@code discovered/agents.json} */
    public static Path configFor(Jdk jdk, Path folder, Path jar) {
        Path file = folder.resolve("discovered").resolve("agents.json");
        Host.Run run = Host.ofJar(folder, Host.agentJar(), "discover", "--write", file.toString(), jar.toString())
                .withoutAgent()
                .run(jdk)
                .succeeded();
        assertThat(run.err()).isEmpty();
        return file;
    }
}
