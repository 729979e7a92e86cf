package dev.sessionttl.engine.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
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
        @Override
        public String[] getVersion() throws IOException {
            try (JarFile jar = new JarFile(path().toFile())) {
                Manifest manifest = jar.getManifest();
                return new String[] {
                    "session-ttl-agent " + manifest.getMainAttributes().getValue("Implementation-Version")
                };
            }
        }
    }
}
