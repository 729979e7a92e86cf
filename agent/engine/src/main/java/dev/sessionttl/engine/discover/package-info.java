/**
 * Proposes a {@code sessionTtl} section from what a host's jars, class files and resources say. It reads bytes alone, and
 * neither loads nor runs anything of the host.
 */
@NullMarked
package dev.sessionttl.engine.discover;

import org.jspecify.annotations.NullMarked;
