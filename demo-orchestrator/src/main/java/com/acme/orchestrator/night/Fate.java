package com.acme.orchestrator.night;

import java.time.Duration;

/** What has become of a stored session by the time the night begins. */
enum Fate {
    /** used an hour ago; the CLI still has its conversation */
    LIVE(Duration.ofHours(1), true),
    /** used three days ago, older than the max age of a day; the CLI has dropped its conversation */
    EXPIRED(Duration.ofDays(3), false),
    /** used two hours ago, and yet the CLI has no conversation: killed too early, or another account */
    YOUNG_DEAD(Duration.ofHours(2), false);

    private final Duration age;
    private final boolean resumable;

    Fate(Duration age, boolean resumable) {
        this.age = age;
        this.resumable = resumable;
    }

    /** Time since the session was last used. */
    Duration age() {
        return age;
    }

    boolean resumable() {
        return resumable;
    }
}
