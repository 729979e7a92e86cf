/**
 * The host's table: SQL, timestamps, compare-and-delete and the sweep, through whichever SQLite driver may touch the
 * file at the moment (law 1). It implements the port of {@code expiry} and decides nothing itself.
 */
@NullMarked
package dev.sessionttl.engine.store;

import org.jspecify.annotations.NullMarked;
