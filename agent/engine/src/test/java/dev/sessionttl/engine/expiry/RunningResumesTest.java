package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningResumesTest {
    private final RunningResumes running = new RunningResumes();

    @Test
    void asManyRunAsHaveBegunAndNotEnded() {
        assertThat(running.of("a")).isZero();
        running.began("a");
        running.began("a");
        running.began("b");

        assertThat(running.of("a")).isEqualTo(2);
        running.ended("a");
        assertThat(running.of("a")).isEqualTo(1);
        assertThat(running.of("b")).isEqualTo(1);
        running.ended("a");
        assertThat(running.of("a")).isZero();
    }

    @Test
    void anEndWithoutABeginningChangesNothing() {
        running.ended("a");
        running.began("a");

        assertThat(running.of("a")).isEqualTo(1);
    }
}
