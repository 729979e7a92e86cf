/** Reads of a session, for JMH to call: at a site of the agent's, with the check written by hand, and with none. */
@NullMarked
package dev.sessionttl.benchmarks.read;

import org.jspecify.annotations.NullMarked;
