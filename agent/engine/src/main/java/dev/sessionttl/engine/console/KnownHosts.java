package dev.sessionttl.engine.console;

import dev.sessionttl.engine.config.HttpConfig;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The names by which the console may be asked for. A web page whose own name is made to lead to this machine (DNS
 * rebinding) would be let read what is served; it cannot help but send that name as Host. An address is nobody's name.
 */
final class KnownHosts {
    private static final Pattern WITHOUT_PORT = Pattern.compile("(\\[[^]]*]|[^:]*)(?::\\d*)?");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[\\p{XDigit}:.]+]");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    KnownHosts(HttpConfig http) {
        names.add("localhost");
        names.add(http.host());
        names.addAll(http.allowedHosts());
    }

    /** @param header as the client sent it, with its port or without; empty where it sent none, as no browser does */
    boolean include(String header) {
        var parts = WITHOUT_PORT.matcher(header.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return false;
        }
        String name = parts.group(1);
        return header.isEmpty() || names.contains(name) || ADDRESS.matcher(name).matches();
    }
}
