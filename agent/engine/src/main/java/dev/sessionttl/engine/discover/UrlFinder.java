package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the URL of the host's database in its constants and settings. */
final class UrlFinder {
    private static final Pattern URL =
            Pattern.compile("jdbc:(?:sqlite|postgresql):[^\\s\"'<>,;)\\\\}" + Sql.HOLE + "]+");
    private static final Pattern FILE = Pattern.compile("[\\w./-]+\\.(?:db|db3|sqlite|sqlite3)");
    private static final Pattern UNSHARED =
            Pattern.compile("jdbc:sqlite:(?:file:)?(?::memory:.*|\\?.*|.*mode=memory.*|:resource:.*)");
    private static final Pattern HOLDS_PASSWORD = Pattern.compile("jdbc:postgresql://[^/?]*@.*");
    private static final Pattern TESTS = Pattern.compile("(?i).*(?:^|[/\\\\_.-])test(?:[/\\\\_.-]|$).*");

    /**
     * @param url without a user or a password in it
     * @param place where it stands
     */
    record Found(String url, String place, Sureness sure) {}

    private final Map<String, Found> urls = new LinkedHashMap<>();
    private final Map<String, Found> files = new LinkedHashMap<>();
    private boolean usesSqlite;

    void addText(String text, String place) {
        Matcher matcher = URL.matcher(text);
        while (matcher.find()) {
            usesSqlite |= matcher.group().startsWith("jdbc:sqlite:");
            String url = withoutCredentials(matcher.group());
            boolean isWhole = matcher.end() == text.length() || text.charAt(matcher.end()) != Sql.HOLE;
            if (isWhole
                    && !url.contains("$")
                    && !url.contains("%")
                    && !HOLDS_PASSWORD.matcher(url).matches()
                    && !UNSHARED.matcher(url).matches()) {
                Sureness sure = TESTS.matcher(place).matches() ? Sureness.LOW : Sureness.HIGH;
                urls.putIfAbsent(url, new Found(url, place, sure));
            }
        }
        usesSqlite |= text.contains("jdbc:sqlite:");
        if (FILE.matcher(text).matches()) {
            files.putIfAbsent(text, new Found("jdbc:sqlite:" + text, place, Sureness.MEDIUM));
        }
    }

    /** PostgreSQL's user and password are none of a config's. */
    private static String withoutCredentials(String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            return url;
        }
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }
        List<String> kept = new ArrayList<>();
        for (String parameter : url.substring(query + 1).split("&", -1)) {
            if (!parameter.matches("(?i)(?:user|password|sslpassword|sslkey)=.*")) {
                kept.add(parameter);
            }
        }
        return url.substring(0, query) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }

    /** The surest first. A file's name counts where the host is seen to open SQLite by a name that it puts together. */
    List<Found> found() {
        List<Found> all = new ArrayList<>(urls.values());
        all.sort((one, other) -> one.sure().compareTo(other.sure()));
        if (all.isEmpty() && usesSqlite) {
            // A name with a folder in it is a default; one without may be put into any folder.
            List<Found> named = new ArrayList<>(files.values());
            named.sort((one, other) ->
                    Boolean.compare(other.url().contains("/"), one.url().contains("/")));
            all.addAll(named);
        }
        return all;
    }
}
