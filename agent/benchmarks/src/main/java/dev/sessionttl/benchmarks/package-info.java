/**
 * Measurements that a person starts and reads. Each runs the agent's real jar on JVMs of its own; nothing here knows the
 * agent's classes, but for the one measurement of the agent's share that stands in their package.
 */
@NullMarked
package dev.sessionttl.benchmarks;

import org.jspecify.annotations.NullMarked;
