/**
 * What runs in the child JVMs: hosts that are as small as hosts can be, and what people would write into them by hand, as an
 * aspect or as a rule, to do the agent's job. Nothing here knows the agent.
 */
@NullMarked
package dev.sessionttl.benchmarks.host;

import org.jspecify.annotations.NullMarked;
