/**
 * The rules: which stored session is stale, what then happens to it, and which ids are known to be dead. Pure Java
 * with the clock, the table and the background handed in; it knows no SQL, no weaving and no thread.
 */
@NullMarked
package dev.sessionttl.engine.expiry;

import org.jspecify.annotations.NullMarked;
