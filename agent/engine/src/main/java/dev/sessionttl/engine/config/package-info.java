/**
 * Turns {@code config/agents.json}, the environment and the system properties into immutable records. Whatever is wrong
 * in them is reported as a {@link dev.sessionttl.engine.report.Problem}, all in one go, and never thrown: the host starts.
 */
@NullMarked
package dev.sessionttl.engine.config;

import org.jspecify.annotations.NullMarked;
