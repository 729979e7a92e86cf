package dev.sessionttl.engine.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.HttpConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
    private final KnownHosts hosts =
            new KnownHosts(new HttpConfig("agents.internal", 9477, List.of("ops.example.com", "Orchestrator")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9477",
                "127.0.0.1:9477",
                "127.0.0.1",
                "10.1.2.3:80",
                "[::1]:9477",
                "[::ffff:127.0.0.1]",
                "agents.internal:9477",
                "ops.example.com",
                "OPS.example.com:443",
                "orchestrator:9477",
                ""
            })
    void theMachinesOwnNamesAndAllAddressesAreKnown(String header) {
        assertThat(hosts.include(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9477",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil.example@127.0.0.1",
                "127.0.0.1@evil.example",
                "127.0.0.1:9477.evil.example",
                "localhost:9477, evil.example",
                "[::1].evil.example",
                "[evil.example]",
                ":9477",
                "example.com",
                "127.0.0.1:80:80",
                "localhost/",
                "127.0.0.1 "
            })
    void everyOtherNameMayBeAnybodys(String header) {
        assertThat(hosts.include(header)).isFalse();
    }
}
