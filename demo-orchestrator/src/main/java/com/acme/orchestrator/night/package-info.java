/**
 * The night of the incident, run twice over the same stored sessions: once as it was, once with JVM options that may change it.
 * Every number in its table is counted from what the two runs left behind.
 */
@NullMarked
package com.acme.orchestrator.night;

import org.jspecify.annotations.NullMarked;
