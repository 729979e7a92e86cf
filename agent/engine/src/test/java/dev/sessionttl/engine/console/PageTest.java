package dev.sessionttl.engine.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.fixture.SampleStatus;
import dev.sessionttl.engine.status.Status.Word;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
    private final Page page = new Page();

    @Test
    void theTileHasItsNumbersAndTheStateWithItsReason() {
        String tile = text(new SampleStatus().is(Word.DEGRADED, "database locked"));

        assertThat(tile)
                .contains("degraded database locked")
                .contains("failed resumes 24 h, 12 in all 4")
                .contains("expired 52")
                .contains("saved 1.1 min")
                .contains("oldest 1.0 h")
                .contains("since sweep 3.0 h");
    }

    @Test
    void whatIsNotKnownIsADash() {
        assertThat(text(new SampleStatus().justBegun())).contains("saved –", "oldest –", "since sweep –");
    }

    @Test
    void aDryRunIsAWordOfItsOwn() {
        assertThat(text(new SampleStatus().inDryRun())).contains("dry run nothing is dropped");
    }

    @Test
    void aDryRunDoesNotHideWhatIsWrong() {
        assertThat(text(new SampleStatus().inDryRun().is(Word.DEGRADED, "database locked")))
                .contains("degraded database locked");
    }

    @Test
    void whatComesFromTheConfigIsShownAndNeverObeyed() {
        SampleStatus nasty = new SampleStatus()
                .at("a.B#<script>alert('1')</script>")
                .of("\"><img src=x>&amp;")
                .is(Word.IDLE, "<b>\"'");

        for (Response response : List.of(page.tile(nasty.get()), page.whole(nasty.get()))) {
            assertThat(response.text())
                    .doesNotContain("<script>alert", "<img", "<b>\"")
                    .contains("&lt;b&gt;&quot;&#39;");
        }
        assertThat(page.whole(nasty.get()).text())
                .contains("a.B#&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;")
                .contains("&quot;&gt;&lt;img src=x&gt;&amp;amp;");
    }

    /** Else a browser would show the bare text, and never renew it. */
    @Test
    void thePolicyAllowsTheStyleAndTheScriptThatAreInThePageAndNothingElse() throws Exception {
        Response tile = page.tile(new SampleStatus().get());

        assertThat(tile.policy())
                .isEqualTo("default-src 'none'; style-src 'sha256-" + hashOf("style", tile.text())
                        + "'; script-src 'sha256-" + hashOf("script", tile.text())
                        + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'");
        assertThat(tile.text()).doesNotContain(" style=\"", "javascript:", " onload");
    }

    @Test
    void nothingIsAskedOfAnyOtherServer() {
        assertThat(page.whole(new SampleStatus().get()).text())
                .doesNotContainPattern("(?i)(src|href|url\\()\\s*=?\\s*[\"']?(https?:)?//")
                .doesNotContain("@import", "src=");
    }

    @Test
    void aTileMayStandInAnyPageAndThePageInNone() {
        assertThat(page.tile(new SampleStatus().get()).policy()).doesNotContain("frame-ancestors");
        assertThat(page.whole(new SampleStatus().get()).policy()).endsWith("frame-ancestors 'self'");
    }

    @Test
    void theChartIsDescribed() {
        assertThat(page.tile(new SampleStatus().get()).text())
                .contains("aria-label=\"The last 24 hours: 4 failed resumes, 25 expired sessions;"
                        + " most failed 20 hours ago, 3\"")
                .contains("<title>3 hours ago: 1 failed, 1 expired</title>");
    }

    @Test
    void numbersAreTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        String expected = page.whole(new SampleStatus().get()).text();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(page.whole(new SampleStatus().get()).text()).isEqualTo(expected);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** The tile as it would be read aloud. */
    private String text(SampleStatus sample) {
        String body = page.tile(sample.get()).text().replaceAll("(?s).*<main>|</main>.*", "");
        return body.replaceAll("(?s)<svg.*?</svg>", "")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ");
    }

    private static String hashOf(String tag, String html) throws Exception {
        Matcher inline = Pattern.compile("(?s)<" + tag + ">(.*?)</" + tag + ">").matcher(html);
        assertThat(inline.find()).isTrue();
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(inline.group(1).getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(hash);
    }
}
