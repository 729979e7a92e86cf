/**
 * Makes ordinary classes of the lambdas in the engine and its libraries, when the jar is built. Knows class files, and nothing
 * of the agent.
 */
@NullMarked
package dev.sessionttl.packaging;

import org.jspecify.annotations.NullMarked;
