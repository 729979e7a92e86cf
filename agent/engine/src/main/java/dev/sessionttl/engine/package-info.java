/**
 * The engine: everything of the agent that runs in a class loader of its own. This package wires the others together and
 * decides when each begins.
 */
@NullMarked
package dev.sessionttl.engine;

import org.jspecify.annotations.NullMarked;
