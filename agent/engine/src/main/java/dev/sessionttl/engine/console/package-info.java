/**
 * The read-only HTTP endpoint: metrics and health, on loopback unless told otherwise. It shows what {@code metrics} has,
 * and never a session id.
 */
@NullMarked
package dev.sessionttl.engine.console;

import org.jspecify.annotations.NullMarked;
