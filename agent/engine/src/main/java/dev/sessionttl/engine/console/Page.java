package dev.sessionttl.engine.console;

import dev.sessionttl.engine.status.Status;
import dev.sessionttl.engine.status.Status.Site;
import dev.sessionttl.engine.status.Status.Word;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The tile, alone and within its page. All of it is one document: no other file is asked for, and by its policy none can be.
 * It works without its script, which only makes it renew itself without a flicker.
 */
final class Page {
    private static final String DEFINITION_OF_SAVED =
            "Sessions that were withheld when the orchestrator asked for them,"
                    + " each once, times the mean measured length of a failed resume. Swept sessions do not count.";

    private static final String NAME = "<span>session-ttl</span>";
    private static final String TO_THE_PAGE = "<a href=\"./\" target=\"_blank\" rel=\"noopener\">session-ttl</a>";

    private final String style = resource("tile.css");
    private final String script = resource("tile.js");
    private final String policy = "default-src 'none'; style-src 'sha256-" + hash(style) + "'; script-src 'sha256-"
            + hash(script) + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

    /** To be shown by any page in an iframe: so its policy names no ancestors. */
    Response tile(Status status) {
        return Response.ofPage(document("tile", status, face(status, TO_THE_PAGE)), policy, true);
    }

    /** The tile, and below it what it is made of. */
    Response whole(Status status) {
        String details = sites(status) + errors(status) + meaning(status) + agent(status);
        return Response.ofPage(
                document("page", status, face(status, NAME) + details), policy + "; frame-ancestors 'self'", false);
    }

    private String document(String kind, Status status, String main) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <link rel="icon" href="data:,">
                <title data-live>session-ttl: %s</title>
                <noscript><meta http-equiv="refresh" content="30"></noscript>
                <style>%s</style>
                </head>
                <body class="%s">
                <main>
                %s
                </main>
                <script>%s</script>
                </body>
                </html>
                """.formatted(word(status), style, kind, main, script);
    }

    private static String face(Status status, String name) {
        return """
                <div class="watch %s"><div class="face">
                <h1 class="unseen">session-ttl</h1>
                <p class="state" role="status" data-live><span class="sign" aria-hidden="true"></span><b>%s</b> %s</p>
                <dl>
                <div class="main" data-live><dt>failed resumes<br><small>24 h, %s in all</small></dt><dd>%s</dd></div>
                %s
                %s
                %s
                %s
                </dl>
                <figure>
                <div class="bars" data-live>%s</div>
                <figcaption><span>24 h ago</span>%s<span>now</span></figcaption>
                </figure>
                </div></div>
                """.formatted(
                        look(status),
                        word(status),
                        Html.escaped(reason(status)),
                        Figures.count(status.resumeFailures().total()),
                        Figures.count(status.resumeFailures().last24Hours()),
                        figure(
                                "expired",
                                Figures.count(status.expired().total()),
                                status.expired().last24Hours() + " sessions dropped for age in 24 h, "
                                        + status.expired().atRead() + " at a read and "
                                        + status.expired().bySweep() + " by sweeps in all"),
                        figure("saved", saved(status), DEFINITION_OF_SAVED),
                        figure("oldest", oldest(status), "Since the session unused for longest was last used"),
                        sweep(status),
                        Chart.of(status.hours()),
                        name);
    }

    private static String figure(String name, String value, String meaning) {
        return "<div class=\"" + name.replaceAll(" .*", "") + "\" title=\"" + Html.escaped(meaning)
                + "\" data-live><dt>" + Html.escaped(name) + "</dt><dd>" + Html.escaped(value) + "</dd></div>";
    }

    /** Which of the five looks: dry run has one of its own, since nothing is dropped however green all is. */
    private static String look(Status status) {
        return isDryRun(status) ? "dry" : status.state().word().text();
    }

    private static String word(Status status) {
        return isDryRun(status) ? "dry run" : status.state().word().text();
    }

    private static String reason(Status status) {
        return isDryRun(status) ? "nothing is dropped" : status.state().reason().orElse("");
    }

    private static boolean isDryRun(Status status) {
        return status.config().dryRun() && status.state().word() == Word.OK;
    }

    private static String saved(Status status) {
        return status.secondsSaved().isPresent()
                ? Figures.duration(status.secondsSaved().getAsDouble())
                : Figures.UNKNOWN;
    }

    private static String oldest(Status status) {
        return status.table().oldestAgeSeconds().isPresent()
                ? Figures.age(status.table().oldestAgeSeconds().getAsDouble())
                : Figures.UNKNOWN;
    }

    private static String sweep(Status status) {
        Optional<Status.LastSweep> sweep = status.lastSweep();
        if (sweep.isEmpty()) {
            return figure("since sweep", Figures.UNKNOWN, "No sweep has looked at the table yet");
        }
        return figure(
                "since sweep",
                Figures.age(secondsSince(sweep.get(), status)),
                "The last sweep dropped " + sweep.get().dropped() + " sessions"
                        + (sweep.get().finished() ? "" : " so far, and goes on"));
    }

    private static double secondsSince(Status.LastSweep sweep, Status status) {
        Instant now = status.agent().startedAt().plus(status.agent().uptime());
        return Duration.between(sweep.at(), now).toMillis() / 1_000.0;
    }

    private static String sites(Status status) {
        StringBuilder rows = new StringBuilder();
        for (Site site : status.sites()) {
            rows.append("<tr")
                    .append(site.methods() == 0 ? " class=\"none\"" : "")
                    .append("><th scope=\"row\"><code>")
                    .append(Html.escaped(site.pointcut()))
                    .append("</code></th><td>")
                    .append(Html.escaped(site.kind()))
                    .append("</td><td class=\"number\">")
                    .append(site.methods())
                    .append("</td></tr>\n");
        }
        return """
                <section aria-labelledby="sites" data-live>
                <h2 id="sites">Where it watches</h2>
                <table><thead><tr><th scope="col">Pointcut</th><th scope="col">Kind</th><th scope="col" class="number">Methods</th></tr></thead>
                <tbody>
                %s</tbody></table>
                <p>A pointcut of 0 methods does nothing: its class was not loaded yet, or no method of it fits. The log has the nearest names.</p>
                </section>
                """.formatted(rows);
    }

    private static String errors(Status status) {
        if (status.storeErrors().isEmpty()) {
            return "<section aria-labelledby=\"errors\" data-live><h2 id=\"errors\">Where it could not decide</h2>"
                    + "<p>Nowhere so far.</p></section>\n";
        }
        StringBuilder rows = new StringBuilder();
        for (Map.Entry<String, Long> error : status.storeErrors().entrySet()) {
            rows.append("<tr><th scope=\"row\"><code>")
                    .append(Html.escaped(error.getKey()))
                    .append("</code></th><td class=\"number\">")
                    .append(error.getValue())
                    .append("</td></tr>\n");
        }
        return """
                <section aria-labelledby="errors" data-live>
                <h2 id="errors">Where it could not decide</h2>
                <table><thead><tr><th scope="col">Operation</th><th scope="col" class="number">Times</th></tr></thead>
                <tbody>
                %s</tbody></table>
                <p>Each time the orchestrator was left as it is. The log has the causes.</p>
                </section>
                """.formatted(rows);
    }

    private static String meaning(Status status) {
        return """
                <section aria-labelledby="meaning" data-live>
                <h2 id="meaning">What the numbers mean</h2>
                <dl class="terms">
                <dt>failed resumes</dt><dd>Resumes that were refused because the session is gone, one an attempt. They have taken %s in all. 24 h are the hour under way and the 23 before it.</dd>
                <dt>expired</dt><dd>Sessions dropped for their age since the start: %s at a read, %s by sweeps.</dd>
                <dt>saved</dt><dd>%s So far: %s. A dash: no failed resume was measured yet.</dd>
                <dt>oldest</dt><dd>The age of the session unused for longest, of %s in the table; looked up once a minute at most.</dd>
                <dt>since sweep</dt><dd>The time since a sweep last looked at the table. %s</dd>
                <dt>withheld</dt><dd>%s reads of an id that is known to be dead.</dd>
                <dt>unclassified</dt><dd>%s runs ended badly and no rule knew why. Many of them: the CLI's wording may have changed.</dd>
                </dl>
                </section>
                """.formatted(
                        Figures.duration(status.secondsWasted()),
                        Figures.count(status.expired().atRead()),
                        Figures.count(status.expired().bySweep()),
                        DEFINITION_OF_SAVED,
                        Figures.count(status.resumesAvoided()),
                        status.table().rows().isPresent()
                                ? Figures.count(status.table().rows().getAsLong())
                                : "an unknown number",
                        status.lastSweep()
                                .map(sweep -> "It dropped " + Figures.count(sweep.dropped())
                                        + (sweep.finished() ? "." : " so far, and goes on."))
                                .orElse("There was none yet."),
                        Figures.count(status.vetoedReads()),
                        Figures.count(status.resumeFailures().unclassified()));
    }

    private static String agent(Status status) {
        Status.Config config = status.config();
        return """
                <section aria-labelledby="agent">
                <h2 id="agent">The agent</h2>
                <p data-live>Version %s, up for %s. Config <code>%s</code>%s: sessions expire %s%s.</p>
                <nav aria-label="As text"><a href="status.json">status.json</a> <a href="metrics">metrics</a> <a href="healthz">healthz</a> <a href="tile">tile</a></nav>
                </section>
                """.formatted(
                        Html.escaped(status.agent().version()),
                        Figures.age(status.agent().uptime().toMillis() / 1_000.0),
                        Html.escaped(config.file()),
                        config.problems() == 0 ? "" : ", with " + config.problems() + " problems that the log names",
                        config.maxSessionAgeMillis() == 0
                                ? "at a refusal only"
                                : "after " + Figures.duration(config.maxSessionAgeMillis() / 1_000.0),
                        config.dryRun() ? "; dry run, nothing is dropped" : "");
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in the agent's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As the policy names an inline style or script: nothing else that gets into the page is obeyed. */
    private static String hash(String inline) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
