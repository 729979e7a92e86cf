/**
 * The two small languages of the config: pointcuts, which name methods of the host, and value paths, which fetch a
 * key, an id or a text there. It parses, explains what cannot be parsed, matches and evaluates, with the JDK alone;
 * what is woven where is not its business.
 */
@NullMarked
package dev.sessionttl.engine.callsite;

import org.jspecify.annotations.NullMarked;
