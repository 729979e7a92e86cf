package dev.sessionttl.engine.config;

/**
 * Where the agent serves its metrics and its status.
 *
 * @param host the name or address to bind to
 * @param port 0 to 65535; 0 takes any free port
 */
public record HttpConfig(String host, int port) {}
