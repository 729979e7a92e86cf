package dev.sessionttl.engine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunningResumesTest {
    private final RunningResumes running = new RunningResumes();

    @Test
    void asManyRunAsHaveBegunAndNotEnded() {
        assertThat(running.atSites("a")).isZero();
        running.beganAtSite("a");
        running.beganAtSite("a");
        running.beganAtSite("b");

        assertThat(running.atSites("a")).isEqualTo(2);
        running.endedAtSite("a");
        assertThat(running.atSites("a")).isEqualTo(1);
        assertThat(running.atSites("b")).isEqualTo(1);
        running.endedAtSite("a");
        assertThat(running.atSites("a")).isZero();
        assertThat(running.any("a")).isFalse();
    }

    @Test
    void aSiteAndAProcessThatTellOfOneResumeAreNotTwo() {
        running.beganAtSite("a");
        running.processBegan("a");

        assertThat(running.atSites("a")).isEqualTo(1);
        running.endedAtSite("a");
        assertThat(running.any("a")).isTrue();
        running.processEnded("a");
        assertThat(running.any("a")).isFalse();
    }

    @Test
    void anEndWithoutABeginningChangesNothing() {
        running.endedAtSite("a");
        running.beganAtSite("a");

        assertThat(running.atSites("a")).isEqualTo(1);
    }
}
