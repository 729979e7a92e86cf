package dev.sessionttl.engine.command;

import dev.sessionttl.engine.status.AgentVersion;
import java.net.URISyntaxException;
import java.nio.file.Path;
import picocli.CommandLine.IVersionProvider;

/** The jar that this command line lies in. */
final class AgentJar {
    private AgentJar() {}

    static Path path() {
        try {
            return Path.of(AgentJar.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        /** Asked for whichever command is run: no version is no reason for none. */
        @Override
        public String[] getVersion() {
            return new String[] {"session-ttl-agent " + AgentVersion.read()};
        }
    }
}
