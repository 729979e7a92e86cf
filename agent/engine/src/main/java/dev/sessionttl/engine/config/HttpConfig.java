package dev.sessionttl.engine.config;

import java.util.List;

/**
 * Where the agent serves its metrics and its status.
 *
 * @param host the name or address to bind to
 * @param port 0 to 65535; 0 takes any free port
 * @param allowedHosts names by which it may be asked for, beside loopback's, {@code host} and addresses
 */
public record HttpConfig(String host, int port, List<String> allowedHosts) {
    public HttpConfig {
        allowedHosts = List.copyOf(allowedHosts);
    }

    /** By no other names. */
    public HttpConfig(String host, int port) {
        this(host, port, List.of());
    }
}
