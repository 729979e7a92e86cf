/**
 * A small orchestrator: a queue of tasks, a pool that dispatches them to the Claude CLI, and a table that remembers each agent's session.
 * It loses time on sessions that cannot be resumed any more, as hosts of its kind do, and knows no remedy.
 */
@NullMarked
package com.acme.orchestrator;

import org.jspecify.annotations.NullMarked;
