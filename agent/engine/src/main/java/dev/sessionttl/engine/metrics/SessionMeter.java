package dev.sessionttl.engine.metrics;

import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** One of the agent's meters, before any registry knows it: its name, and where its value comes from. Any thread may ask. */
sealed interface SessionMeter {
    /** With dots; a registry writes it as its backend wants it. */
    String name();

    String description();

    /** What tells it from others of its name. */
    Optional<Label> label();

    /** What only goes up, from 0. */
    record Counter(String name, Optional<Label> label, String description, LongSupplier count)
            implements SessionMeter {}

    /** @param unit of what is not a mere number of things */
    record Gauge(String name, Optional<Label> label, Optional<String> unit, String description, DoubleSupplier value)
            implements SessionMeter {}

    /** How often something took its time, and how long in all. */
    record Timer(String name, String description, LongSupplier count, LongSupplier nanos) implements SessionMeter {
        @Override
        public Optional<Label> label() {
            return Optional.empty();
        }
    }

    /** A pair of words. */
    record Label(String name, String value) {}
}
