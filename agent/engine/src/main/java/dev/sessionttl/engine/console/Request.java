package dev.sessionttl.engine.console;

import java.util.List;
import java.util.Locale;

/**
 * The head of a request.
 *
 * @param path without the query
 * @param accept the Accept header, in lower case; empty where there is none
 * @param host the Host header; empty where there is none, which HTTP/1.0 allows
 */
record Request(String method, String path, String accept, String host) {
    static final Request MALFORMED = new Request("", "", "", "");

    boolean isWellFormed() {
        return !method.isEmpty();
    }

    /** @param text the whole head; what follows the empty line is ignored */
    static Request parse(String text) {
        List<String> lines = text.lines().takeWhile(line -> !line.isEmpty()).toList();
        String[] parts = lines.isEmpty() ? new String[0] : lines.get(0).split(" ", -1);
        if (parts.length != 3 || !parts[1].startsWith("/") || !parts[2].startsWith("HTTP/1.")) {
            return MALFORMED;
        }
        List<String> hosts = valuesOf("host", lines);
        boolean mayNameNone = parts[2].equals("HTTP/1.0");
        if (hosts.size() > 1 || (hosts.isEmpty() && !mayNameNone)) {
            return MALFORMED;
        }
        int query = parts[1].indexOf('?');
        return new Request(
                parts[0],
                query < 0 ? parts[1] : parts[1].substring(0, query),
                String.join(",", valuesOf("accept", lines)),
                hosts.isEmpty() ? "" : hosts.get(0));
    }

    private static List<String> valuesOf(String name, List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .toList();
    }
}
