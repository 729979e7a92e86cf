package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Browser;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Programs;
import dev.sessionttl.distribution.host.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The tile as people see it: in a real Chromium, in an iframe of somebody else's page, light and dark. */
class TileInABrowserIT {
    /** What overflows its frame or its element, is outside of the frame, or lies upon what comes next. */
    private static final String MISFITS = """
            const misfits = [], root = document.documentElement;
            if (root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight)
                misfits.push('the frame scrolls: ' + root.scrollWidth + 'x' + root.scrollHeight);
            for (const each of document.querySelectorAll('main *:not(.unseen):not(svg *)')) {
                const box = each.getBoundingClientRect(), name = each.tagName + ' ' + each.className + ' ' + each.textContent.trim();
                if (box.left < 0 || box.top < 0 || box.right > innerWidth + .5 || box.bottom > innerHeight + .5) misfits.push('outside: ' + name);
                if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0) misfits.push('clipped: ' + name);
                if (each.children.length == 0 && each.textContent.trim() && parseFloat(getComputedStyle(each).fontSize) < 10) misfits.push('tiny: ' + name);
            }
            const blocks = [...document.querySelectorAll('.state, dl, figure')].map(each => each.getBoundingClientRect());
            for (let i = 1; i < blocks.length; i++) if (blocks[i].top < blocks[i - 1].bottom) misfits.push('overlap before block ' + i);
            const boxes = [...document.querySelectorAll('dl > div')].map(each => [...each.children].map(part => {
                const range = document.createRange(); range.selectNodeContents(part);
                const { left, right } = range.getBoundingClientRect(), { top, bottom } = part.getBoundingClientRect();
                return { left, right, top, bottom, text: part.textContent }; })).flat();
            boxes.forEach((one, i) => boxes.slice(i + 1).forEach(other => {
                if (one.right > other.left + .5 && other.right > one.left + .5 && one.bottom > other.top + .5 && other.bottom > one.top + .5)
                    misfits.push('figures overlap: ' + JSON.stringify([one, other])); }));
            if (document.querySelector('svg').getBoundingClientRect().height < 16) misfits.push('no room for the chart');
            return misfits.join('\\n');
            """;

    /** Every text whose contrast with what is behind it is too low, by the formula of WCAG 2. */
    private static final String FAINT = """
            const channel = c => { c /= 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
            const parts = color => color.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
            const behind = element => {
                for (let each = element; each; each = each.parentElement) {
                    const color = parts(getComputedStyle(each).backgroundColor);
                    if (color.length == 3 || color[3] == 1) return color;
                }
                throw new Error('nothing is behind');
            };
            const faint = []; let texts = 0;
            for (const each of document.querySelectorAll('main *:not(svg *)')) {
                if (![...each.childNodes].some(node => node.nodeType == 3 && node.textContent.trim())) continue;
                texts++;
                for (let up = each; up; up = up.parentElement) if (getComputedStyle(up).opacity != 1) faint.push('see-through: ' + up.className);
                const [one, other] = [light(parts(getComputedStyle(each).color)), light(behind(each))].sort((a, b) => b - a);
                const contrast = (one + .05) / (other + .05);
                if (contrast < 4.5) faint.push(contrast.toFixed(2) + ': ' + each.textContent);
            }
            return texts < 10 ? 'only ' + texts + ' texts' : faint.join('\\n');
            """;

    private static final List<String> LOOKS = List.of("ok", "degraded", "idle", "off", "dry", "lost");

    @TempDir
    static Path folder;

    private static Host.Running running;
    private static Watch watch;
    private static Database database;
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = Browser.open(folder.resolve("profile"));
        database = Database.in(folder.resolve("host"))
                .withSession("old", "old-id", Duration.ofHours(25))
                .withSession("dead", "dead-id", Duration.ofHours(1));
        running = host(folder.resolve("host"));
        watch = new Watch(running);
        assertThat(watch.ask("dead")).isEqualTo("refused");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (watch != null) {
            watch.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"320, 180", "480, 270", "320, 400", "900, 200", "1920, 1080"})
    void itFitsItsFrame(int width, int height) {
        for (String scheme : List.of("light", "dark")) {
            browser.prefer(scheme).seeEmbedded(page("/tile"), width, height);

            assertThat(browser.ask("return innerWidth + 'x' + innerHeight")).isEqualTo(width + "x" + height);
            assertThat(browser.ask(MISFITS)).isEqualTo("");
            browser.saveScreenshot(screenshot(scheme + "-" + width));
        }
    }

    /** The widest figures and the longest reason that there can be. */
    @Test
    void itFitsTheSmallestFrameWhateverItSays() {
        browser.prefer("light").seeEmbedded(page("/tile"), 320, 180);
        browser.ask("""
                document.querySelector('.state b').textContent = 'degraded';
                document.querySelector('.state').append('28 of 28 pointcuts matched nothing');
                document.querySelectorAll('dd').forEach(each => each.textContent = '9,999');
                document.querySelectorAll('dd')[2].textContent = '59 min';
                document.querySelectorAll('dd')[4].textContent = '59 min';
                document.querySelector('small').textContent = '24 h, 999k in all';
                """);

        assertThat(browser.ask(MISFITS)).isEqualTo("");
        browser.saveScreenshot(screenshot("full-320"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyTextStandsOutInEveryState(String scheme) {
        for (String path : List.of("/tile", "/")) {
            browser.prefer(scheme).see(page(path));
            for (String look : LOOKS) {
                browser.ask("document.querySelector('.watch').className = 'watch " + look + "'");
                assertThat(browser.ask(FAINT))
                        .as("%s, %s, %s", path, scheme, look)
                        .isEqualTo("");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void lightAndDarkAreWhatTheViewerPrefers(String scheme) {
        browser.prefer(scheme).see(page("/tile"));

        String ground = browser.ask("return getComputedStyle(document.querySelector('.watch')).backgroundColor");

        assertThat(ground).isEqualTo(scheme.equals("light") ? "rgb(255, 255, 255)" : "rgb(21, 25, 30)");
    }

    @ParameterizedTest
    @CsvSource({"/tile, light", "/tile, dark", "/, light", "/, dark"})
    void axeFindsNothingToSay(String path, String scheme) throws IOException {
        browser.prefer(scheme).see(page(path));
        browser.chrome().executeScript(axe());

        Object found = browser.chrome()
                .executeAsyncScript(
                        "const done = arguments[0];"
                                + "axe.run(document).then(r => done(r.passes.length + ' rules passed\\n' + r.violations.map(v =>"
                                + " v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html).join(' ')).join('\\n')), e => done(String(e)));");

        assertThat(String.valueOf(found)).matches("\\d\\d rules passed\n");
    }

    @Test
    void itIsToldToThoseWhoDoNotSeeIt() {
        browser.see(page("/tile"));

        assertThat(browser.ask("return document.documentElement.lang")).isEqualTo("en");
        assertThat(browser.chrome().findElements(By.cssSelector("main, h1, [role=status]")))
                .hasSize(3);
        WebElement chart = browser.chrome().findElement(By.tagName("svg"));
        assertThat(chart.getAriaRole()).isIn("img", "image");
        assertThat(chart.getAccessibleName()).startsWith("The last 24 hours: ");
        assertThat(browser.chrome().getTitle()).isEqualTo("session-ttl: ok");
    }

    @ParameterizedTest
    @CsvSource({"/tile, 1", "/, 4"})
    void theKeyboardReachesEveryLinkAndShowsWhereItIs(String path, int links) {
        browser.see(page(path));
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < links; i++) {
            browser.chrome().switchTo().activeElement().sendKeys(Keys.TAB);
            reached.add(browser.ask("return document.activeElement.textContent"));
            assertThat(browser.ask("return getComputedStyle(document.activeElement).outlineStyle"))
                    .isEqualTo("solid");
        }

        assertThat(browser.ask("return [...document.links].map(each => each.textContent).join()"))
                .isEqualTo(String.join(",", reached));
    }

    @Test
    void whoHasComeToALinkByKeyboardStaysThere() {
        browser.see(page("/"));
        browser.ask("document.querySelector('nav a').focus();"
                + "window.before = document.querySelector('[aria-labelledby=agent]').textContent");

        browser.until("return document.querySelector('[aria-labelledby=agent]').textContent != window.before");

        assertThat(browser.ask("return document.activeElement.textContent")).isEqualTo("status.json");
    }

    @Test
    void aNewFailureIsSeenWithoutAReload() {
        database.withSession("next", "next-id", Duration.ofHours(1));
        browser.seeEmbedded(page("/tile"), 480, 270);
        int before = Integer.parseInt(browser.text(".main dd"));
        browser.ask("window.untouched = true; document.querySelector('figcaption a').focus()");

        assertThat(watch.ask("next")).isEqualTo("refused");

        browser.until("return document.querySelector('.main dd').textContent == '" + (before + 1) + "'");
        assertThat(browser.ask("return window.untouched")).isEqualTo("true");
        assertThat(browser.ask("return document.activeElement.textContent")).isEqualTo("session-ttl");
        assertThat(browser.text(".state")).startsWith("ok");
    }

    /** There the page may not even ask its own server, and must not take that for its silence. */
    @Test
    void inASandboxItBeginsAnewInstead() {
        database.withSession("boxed", "boxed-id", Duration.ofHours(1));
        browser.seeEmbedded(page("/tile"), 480, 270, "sandbox='allow-scripts'");
        int before = Integer.parseInt(browser.text(".main dd"));

        assertThat(watch.ask("boxed")).isEqualTo("refused");

        browser.until("return document.querySelector('.main dd').textContent == '" + (before + 1) + "'");
        assertThat(browser.text(".state")).startsWith("ok");
    }

    @Test
    void withoutScriptsAllIsThereAndTheBrowserIsAskedToLookAgain() {
        browser.withoutScripts(true).see(page("/tile"));
        try {
            assertThat(browser.text(".state")).startsWith("ok");
            assertThat(browser.text(".main dd")).matches("[123]");
            assertThat(browser.ask("return document.querySelector('noscript > meta').httpEquiv"))
                    .isEqualTo("refresh");
            assertThat(browser.ask(MISFITS)).isEqualTo("");
        } finally {
            browser.withoutScripts(false);
        }
    }

    /** A tile that went on saying ok for a host that is gone would be worse than none. */
    @Test
    void whenTheHostIsGoneTheTileSaysSo(@TempDir Path other) {
        Database.in(other);
        Host.Running brief = host(other);
        browser.seeEmbedded(brief.address().resolve("/tile"), 320, 180);
        assertThat(browser.text(".state")).startsWith("ok");

        new Watch(brief).release().succeeded();

        browser.until("return document.querySelector('.state').textContent.includes('no answer')");
        assertThat(browser.ask(MISFITS)).isEqualTo("");
        browser.saveScreenshot(screenshot("lost-320"));
        browser.warnings();
    }

    @Test
    void nothingIsFetchedButItselfAndNothingIsComplainedOf() {
        browser.warnings();
        for (String path : List.of("/tile", "/")) {
            browser.see(page(path));
            browser.until("return performance.getEntriesByType('resource').length > 0");

            assertThat(
                            browser.ask(
                                    "return [...new Set(performance.getEntriesByType('resource').map(each => each.name))].join()"))
                    .isEqualTo(page(path).toString());
        }
        assertThat(browser.warnings()).isEmpty();
    }

    private static URI page(String path) {
        return running.address().resolve(path);
    }

    private static Path screenshot(String name) {
        return Host.agentJar().resolveSibling("tile-" + name + ".png");
    }

    private static Host.Running host(Path folder) {
        return Host.of(folder, TileIT.DISPATCHER, Programs.STORE, Programs.CLI)
                .withSqlite()
                .withJvmOptions(Jdk.current().nativeAccess())
                .withConfig(Programs.config("\"sweepBudgetMs\": 2000"))
                .start(Jdk.current());
    }

    private static String axe() throws IOException {
        try (InputStream script = TileInABrowserIT.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
