/**
 * The only classes of the agent that the host's class path can see: the entry point and the loader of the engine. They
 * depend on the JDK alone, and whatever goes wrong here, the host runs on without the agent (law 3).
 */
package dev.sessionttl.bootstrap;
