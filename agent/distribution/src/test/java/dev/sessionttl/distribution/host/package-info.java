/**
 * Hosts to attach the real jar to: each is written as source, compiled, and run in a JVM of its own, with nothing of the
 * agent on its class path.
 */
package dev.sessionttl.distribution.host;
