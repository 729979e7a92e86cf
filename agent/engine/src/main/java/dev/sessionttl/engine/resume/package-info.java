/**
 * Evidence of a failed resume: which text is a refusal, of which id, and which signals belong to one attempt. What it
 * concludes it hands to {@code expiry}, once an attempt.
 */
@NullMarked
package dev.sessionttl.engine.resume;

import org.jspecify.annotations.NullMarked;
