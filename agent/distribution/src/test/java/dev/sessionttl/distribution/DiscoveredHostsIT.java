package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.DemoHost;
import dev.sessionttl.distribution.host.Discovered;
import dev.sessionttl.distribution.host.Jdk;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same hosts and the same proofs, with no config but the one that {@code discover} proposes for the host's jar. */
@EnabledOnOs(OS.LINUX)
class DiscoveredHostsIT extends DemoHostsIT {
    @Override
    DemoHost start(Jdk jdk, String shape, String... jvmOptions) {
        Path config = Discovered.configFor(jdk, folder, DemoHost.jarOf(shape));
        assertThat(config).exists();
        return DemoHost.start(jdk, shape, folder, config, jvmOptions);
    }
}
