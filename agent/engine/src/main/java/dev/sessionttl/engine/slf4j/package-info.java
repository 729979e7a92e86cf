/**
 * What the libraries in the engine's loader log through: their warnings, in the agent's own log at {@code debug}. Without a
 * provider sqlite-jdbc prints three lines, and with one that does nothing Micrometer starts java.util.logging (law 4).
 */
@NullMarked
package dev.sessionttl.engine.slf4j;

import org.jspecify.annotations.NullMarked;
