package dev.sessionttl.engine.status;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.CodeSource;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The version that the agent's jar says it has. */
public final class AgentVersion {
    private AgentVersion() {}

    /** Reads the jar's manifest; {@code unknown} where there is no jar, as under tests. */
    public static String read() {
        CodeSource source = AgentVersion.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return "unknown";
        }
        try (JarFile jar = new JarFile(new File(source.getLocation().toURI()))) {
            Manifest manifest = jar.getManifest();
            String version =
                    manifest == null ? null : manifest.getMainAttributes().getValue("Implementation-Version");
            return version == null ? "unknown" : version;
        } catch (IOException | URISyntaxException | IllegalArgumentException noJar) {
            return "unknown";
        }
    }
}
