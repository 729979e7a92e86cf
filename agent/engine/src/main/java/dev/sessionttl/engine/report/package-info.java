/**
 * How the agent speaks to people: one line an event on stderr, problems with their place and remedy, the nearest
 * known name. Every other package may use it; it knows none of them.
 */
@NullMarked
package dev.sessionttl.engine.report;

import org.jspecify.annotations.NullMarked;
