package dev.sessionttl.engine.discover;

import java.util.Locale;

/** How sure a finding is. */
enum Sureness {
    /** The code says so. */
    HIGH,
    /** The code says most of it; the rest is told by names, or is the only one that fits. */
    MEDIUM,
    /** For a person to judge; it goes into no config. */
    LOW;

    Sureness atMost(Sureness other) {
        return compareTo(other) >= 0 ? this : other;
    }

    boolean isProposed() {
        return this != LOW;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
