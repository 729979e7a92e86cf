/**
 * The status of the agent as people and machines are told it: one record, the rules for its one word of state, and the JSON
 * of it. It counts nothing itself, and holds neither a session id nor a password.
 */
@NullMarked
package dev.sessionttl.engine.status;

import org.jspecify.annotations.NullMarked;
