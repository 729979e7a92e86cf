/**
 * Byte Buddy advice and the class transformer: finds the sites in the classes that the host loads, and turns a call of
 * one into a question to {@code expiry} or evidence for {@code resume}.
 */
@NullMarked
package dev.sessionttl.engine.weaving;

import org.jspecify.annotations.NullMarked;
