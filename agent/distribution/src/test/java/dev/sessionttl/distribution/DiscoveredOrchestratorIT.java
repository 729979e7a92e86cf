package dev.sessionttl.distribution;

import dev.sessionttl.distribution.host.Discovered;
import dev.sessionttl.distribution.host.Jdk;
import java.io.IOException;
import java.nio.file.Files;

/** What was asked for, shown with the config that {@code discover} proposes for the orchestrator's jar. */
class DiscoveredOrchestratorIT extends DemoOrchestratorIT {
    @Override
    String config(Jdk jdk) throws IOException {
        return Files.readString(Discovered.configFor(jdk, folder, DEMO));
    }
}
