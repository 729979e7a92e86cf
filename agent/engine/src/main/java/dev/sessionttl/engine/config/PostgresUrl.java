package dev.sessionttl.engine.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom a {@code jdbc:postgresql:} URL connects to, read as PostgreSQL's own driver reads it; see
 * https://jdbc.postgresql.org/documentation/use/.
 *
 * @param servers at least one
 * @param database empty: the one that is named like the user
 * @param user what the driver takes before any that is handed to it beside the URL
 */
record PostgresUrl(List<Server> servers, String database, Optional<String> user) {
    static final String SCHEME = "jdbc:postgresql:";
    private static final String DEFAULT_PORT = "5432";

    /** Kept in step with the schema's pattern for {@code store.url}. */
    private static final Pattern SERVERS =
            Pattern.compile("(?!//)|//" + address() + "(?:," + address() + ")*(?:[/?]|$)");

    /** @param host an address of IPv6 without its brackets */
    record Server(String host, String port) {}

    /** Whether the driver could tell hosts and ports; it cannot where a user stands before an {@code @}. */
    static boolean namesServers(String url) {
        return SERVERS.matcher(url.substring(SCHEME.length())).lookingAt();
    }

    static boolean holdsPassword(String url) {
        return !parameter(url, "password").orElse("").isEmpty();
    }

    /** @param url one that {@link #namesServers(String)} */
    static PostgresUrl parse(String url) {
        int query = url.indexOf('?');
        String place = url.substring(SCHEME.length(), query < 0 ? url.length() : query);
        if (!place.startsWith("//")) {
            return new PostgresUrl(List.of(new Server("localhost", DEFAULT_PORT)), decoded(place), userOf(url));
        }
        int slash = place.indexOf('/', 2);
        List<Server> servers = new ArrayList<>();
        String addresses = place.substring(2, slash < 0 ? place.length() : slash);
        for (int start = 0; start <= addresses.length(); ) {
            int comma = addresses.indexOf(',', start);
            int end = comma < 0 ? addresses.length() : comma;
            servers.add(server(addresses.substring(start, end)));
            start = end + 1;
        }
        return new PostgresUrl(List.copyOf(servers), slash < 0 ? "" : decoded(place.substring(slash + 1)), userOf(url));
    }

    private static Server server(String address) {
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon > address.lastIndexOf(']');
        String host = hasPort ? address.substring(0, colon) : address;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Server(host.isEmpty() ? "localhost" : host, hasPort ? address.substring(colon + 1) : DEFAULT_PORT);
    }

    private static Optional<String> userOf(String url) {
        Optional<String> user = parameter(url, "user");
        return user.isEmpty() || user.get().isEmpty() ? Optional.empty() : Optional.of(decoded(user.get()));
    }

    /** Where a parameter is named twice the driver takes the last. */
    private static Optional<String> parameter(String url, String name) {
        int query = url.indexOf('?');
        Optional<String> last = Optional.empty();
        for (int start = query + 1; query >= 0 && start < url.length(); ) {
            int next = url.indexOf('&', start);
            int end = next < 0 ? url.length() : next;
            if (url.startsWith(name + '=', start)) {
                last = Optional.of(url.substring(start + name.length() + 1, end));
            }
            start = end + 1;
        }
        return last;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static String address() {
        return "(?:[^/?@,:]*|\\[[^/?@,]*\\]|[^/?@,]*:[0-9]+)";
    }
}
