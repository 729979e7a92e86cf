/**
 * The class transformer and the code that it puts into the host's methods: finds the sites in the classes that the host loads, and turns a call of
 * one into a question to {@code expiry} or evidence for {@code resume}.
 */
@NullMarked
package dev.sessionttl.engine.weaving;

import org.jspecify.annotations.NullMarked;
