package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.discover.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts what is known of the table into the entries of {@code store}. */
final class StoreFinder {
    private final SessionTable sessions;
    private final List<Finding> findings = new ArrayList<>();

    private StoreFinder(SessionTable sessions) {
        this.sessions = sessions;
    }

    /** @param urls the surest first */
    static List<Finding> of(SessionTable sessions, List<UrlFinder.Found> urls, boolean isInDatabase) {
        StoreFinder finder = new StoreFinder(sessions);
        finder.addUrl(urls);
        finder.addTable(isInDatabase);
        finder.addLastUsed();
        finder.addExpire();
        return finder.findings;
    }

    static List<Finding> ofNone() {
        return List.of(new Finding(
                Kind.STORE,
                "store",
                Map.of(ProposalJson.NO_STORE, true),
                "no table with a column for a session id is named in its SQL, its mappings or its scripts",
                Sureness.MEDIUM,
                "whether the sessions are in a database that is named elsewhere; then run this again with --db URL"));
    }

    private void addUrl(List<UrlFinder.Found> urls) {
        if (urls.isEmpty()) {
            findings.add(new Finding(
                    Kind.STORE,
                    "store.url",
                    Map.of(),
                    "the database's URL stands in none of its constants and settings",
                    Sureness.LOW,
                    "run this again with --db URL, or set SESSION_TTL_STORE_URL: without it nothing can expire"));
            return;
        }
        UrlFinder.Found url = urls.get(0);
        boolean isAlone =
                urls.stream().filter(each -> each.sure() == url.sure()).count() == 1;
        List<String> others = urls.stream().skip(1).map(UrlFinder.Found::url).toList();
        findings.add(new Finding(
                Kind.STORE,
                "store.url",
                Map.of("url", url.url()),
                url.url() + " stands in " + url.place(),
                isAlone ? Sureness.HIGH.atMost(url.sure()) : Sureness.MEDIUM,
                isAlone && url.sure() == Sureness.HIGH
                        ? ""
                        : "whether this is the database that the host runs with"
                                + (others.isEmpty() ? "" : "; there are also " + String.join(", ", others))));
    }

    private void addTable(boolean isInDatabase) {
        String where = String.join(", ", sessions.table().sources());
        findings.add(new Finding(
                Kind.STORE,
                "store.table " + sessions.table().name(),
                Map.of("table", sessions.table().name()),
                "it has a column for a session id; known by " + where,
                isInDatabase ? Sureness.HIGH : sessions.sure()));
        List<String> key = sessions.key();
        findings.add(new Finding(
                Kind.STORE,
                "store.key " + String.join(", ", key),
                Map.of("key", key.size() == 1 ? key.get(0) : key),
                sessions.isKeyUnique() ? "it is unique" : "rows are found by it",
                sessions.isKeyUnique() ? Sureness.HIGH : Sureness.MEDIUM,
                sessions.isKeyUnique() ? "" : "whether it tells one row from another: nothing says that it is unique"));
        findings.add(new Finding(
                Kind.STORE,
                "store.sessionId " + sessions.sessionId(),
                Map.of("sessionId", sessions.sessionId()),
                "its name is that of a session id" + (sessions.reads().isEmpty() ? "" : ", and it is read"),
                sessions.sure(),
                sessions.sure() == Sureness.HIGH ? "" : "whether this column holds what stands behind --resume"));
    }

    private void addLastUsed() {
        if (sessions.lastUsedAt().isEmpty()) {
            findings.add(new Finding(
                    Kind.STORE,
                    "store.lastUsedAt",
                    Map.of("lastUsedAt", "observed"),
                    "no column tells when a session was last used, so the agent has to watch it itself",
                    sessions.table().isDeclared() ? Sureness.HIGH : Sureness.MEDIUM,
                    "whether there is one that the host's code does not name; --db URL shows"));
            return;
        }
        String column = sessions.lastUsedAt().get();
        findings.add(new Finding(
                Kind.STORE,
                "store.lastUsedAt " + column,
                Map.of("lastUsedAt", column),
                sessions.isLastUsedSure() ? "its name says so" : "it is the nearest by its name",
                sessions.isLastUsedSure() ? Sureness.HIGH : Sureness.MEDIUM,
                sessions.isLastUsedSure() ? "" : "whether it moves whenever the session is used, and only then"));
    }

    /** A row that holds more than a session should survive it. */
    private void addExpire() {
        List<String> others = sessions.others();
        boolean isMapped = sessions.table().mapping().isPresent();
        if (others.isEmpty() && !isMapped) {
            return;
        }
        String more = others.isEmpty() ? "it is an entity" : "the row also holds " + String.join(", ", others);
        boolean mayBeNull = sessions.mayClear() || !sessions.table().isDeclared();
        // To say nothing would be to say delete-row; and a column that may not be null is refused at the start, in
        // words.
        if (mayBeNull && (sessions.mayClear() || !others.isEmpty())) {
            findings.add(new Finding(
                    Kind.STORE,
                    "store.expire",
                    Map.of("expire", "clear-session-id"),
                    more + ", and " + sessions.sessionId()
                            + (sessions.mayClear() ? " may be null" : " is not known not to be nullable"),
                    sessions.mayClear() && (isMapped || sessions.table().isDeclared())
                            ? Sureness.HIGH
                            : Sureness.MEDIUM,
                    "whether the host takes a row without a session for none"));
        } else if (!others.isEmpty()) {
            findings.add(
                    new Finding(
                            Kind.STORE,
                            "store.expire",
                            Map.of(),
                            more + "; a deleted row takes that with it, and " + sessions.sessionId()
                                    + " may not be null",
                            Sureness.LOW,
                            "whether a row may be deleted; else let the column be null and say \"expire\": \"clear-session-id\""));
        }
    }
}
