package dev.sessionttl.engine.config;

import java.util.Optional;

/**
 * Who the agent is to the database, as far as the URL does not say. Immutable; no text that it gives holds the password.
 *
 * @param user empty: the URL says who, or the driver takes the account that the host runs under
 * @param password never logged, never shown; empty: none was given outside of the URL
 */
public record Credentials(Optional<String> user, Optional<String> password) {
    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[user=" + user.orElse("none") + ", password=" + (password.isPresent() ? "…" : "none") + ']';
    }
}
