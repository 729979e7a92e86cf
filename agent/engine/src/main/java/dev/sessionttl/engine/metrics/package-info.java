/**
 * Counts what the rules tell, and shows the counts as Micrometer meters. The counting itself is a few adders, so that no
 * meter library is loaded before anyone looks (law 4).
 */
@NullMarked
package dev.sessionttl.engine.metrics;

import org.jspecify.annotations.NullMarked;
