/**
 * The read-only HTTP endpoint: the tile and its page, the status, metrics and health, on loopback unless told otherwise. It
 * shows what {@code metrics} and {@code status} have, and never a session id.
 */
@NullMarked
package dev.sessionttl.engine.console;

import org.jspecify.annotations.NullMarked;
