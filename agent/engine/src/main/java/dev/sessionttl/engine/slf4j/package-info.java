/**
 * What Micrometer logs through: its warnings, in the agent's own log at {@code debug}. Without a provider, or with one that
 * does nothing, it starts java.util.logging (law 4).
 */
@NullMarked
package dev.sessionttl.engine.slf4j;

import org.jspecify.annotations.NullMarked;
