/**
 * {@code java -jar session-ttl-agent.jar …}: looks at a config, a database, a host's jars or a running agent, and tells what
 * it finds. It runs in a process of its own, so it may do what an agent may not, such as print to stdout; no other package
 * knows it, and {@code premain} never loads it.
 */
@NullMarked
package dev.sessionttl.engine.command;

import org.jspecify.annotations.NullMarked;
