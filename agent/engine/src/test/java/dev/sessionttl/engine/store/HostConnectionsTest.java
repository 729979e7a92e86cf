package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a host has closed its last connection, and takes the file to be unshared. */
class HostConnectionsTest {
    private final Object one = new Object();
    private final Object other = new Object();

    @Test
    void theLastIsTheOneThatLeavesNoneOpen() {
        HostConnections connections = new HostConnections(false);
        connections.opened(one);
        connections.opened(other);

        assertThat(connections.isLast(one)).isFalse();
        assertThat(connections.isLast(other)).isTrue();
    }

    @Test
    void eachOpeningOfTheFileIsTold() {
        HostConnections connections = new HostConnections(false);
        connections.openedAnother(other);
        assertThat(connections.openings()).as("open nowhere").isZero();

        connections.opened(one);
        long first = connections.openings();
        connections.opened(other);
        assertThat(first).isNotZero();
        assertThat(connections.openings()).isNotZero().isNotEqualTo(first);

        assertThat(connections.isLast(one)).isFalse();
        assertThat(connections.openings()).as("one is left").isNotZero();
        assertThat(connections.isLast(other)).isTrue();
        assertThat(connections.openings()).as("open nowhere").isZero();
    }

    @Test
    void aConnectionToAnotherFileIsNone() {
        for (boolean hostRuns : new boolean[] {false, true}) {
            HostConnections connections = new HostConnections(hostRuns);
            connections.openedAnother(other);

            assertThat(connections.isLast(other)).isFalse();
        }
    }

    @Test
    void inAHostThatRanAlreadyAConnectionThatNobodySawOpenMayBeTheLast() {
        HostConnections connections = new HostConnections(true);
        connections.opened(one);

        assertThat(connections.isLast(other)).isTrue();
    }
}
