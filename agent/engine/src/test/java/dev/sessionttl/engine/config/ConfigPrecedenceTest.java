package dev.sessionttl.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.report.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigPrecedenceTest {
    private static final String FILE = "{ \"MAX_SESSION_AGE_MS\": 2, \"sessionTtl\": {} }";

    @Test
    void laterWinsOfDefaultsFileEnvironmentAndProperties() {
        Map<String, String> environment = Map.of("MAX_SESSION_AGE_MS", "3");
        Map<String, String> properties = Map.of("session.ttl.maxSessionAgeMs", "4");

        assertThat(maxAge(Loading.load("{ \"sessionTtl\": {} }"))).isEqualTo(86_400_000);
        assertThat(maxAge(Loading.load(FILE))).isEqualTo(2);
        assertThat(maxAge(Loading.load(FILE, environment, Map.of()))).isEqualTo(3);
        assertThat(maxAge(Loading.load(FILE, environment, properties))).isEqualTo(4);
    }

    @Test
    void theAgentsOwnVariableWinsOverTheHosts() {
        LoadedConfig loaded =
                Loading.load(FILE, Map.of("MAX_SESSION_AGE_MS", "3", "SESSION_TTL_MAX_SESSION_AGE_MS", "5"), Map.of());

        assertThat(loaded.problems()).isEmpty();
        assertThat(maxAge(loaded)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.ttl.store.sessionId",
                "session.ttl.store.session-id",
                "session.ttl.store.session_id",
                "session.ttl.storeSessionId",
                "session.ttl.STORE_SESSION_ID",
                "SESSION.TTL.store.sessionid"
            })
    void allSpellingsOfAPropertyAreOne(String name) {
        LoadedConfig loaded = Loading.load(FILE, Map.of(), Map.of(name, "sid"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().sessionId()).isEqualTo("sid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"session.ttl.maxSessionAgeMs", "session.ttl.MAX_SESSION_AGE_MS", "session.ttl.max-session-age-ms"
            })
    void theMaxAgeIsAPropertyToo(String name) {
        assertThat(maxAge(Loading.load(FILE, Map.of(), Map.of(name, " 7 ")))).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SESSION_TTL_STORE_SESSION_ID", "SESSION_TTL_STORE_SESSIONID", "session_ttl_store_session_id"})
    void allSpellingsOfAVariableAreOne(String name) {
        LoadedConfig loaded = Loading.load(FILE, Map.of(name, "sid"), Map.of());

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().sessionId()).isEqualTo("sid");
    }

    @Test
    void thatThereIsNoStoreCanBeSaidAboveTheFile() {
        LoadedConfig loaded = Loading.load(FILE, Map.of("SESSION_TTL_STORE", "none"), Map.of());

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().hasTable()).isFalse();
        assertThat(loaded.config().store().isObserved()).isTrue();
    }

    @Test
    void aStoreIsNoneOrItIsSetUp() {
        LoadedConfig loaded = Loading.load(FILE, Map.of("SESSION_TTL_STORE", "jdbc:sqlite:a.db"), Map.of());

        assertThat(loaded.config().store().hasTable()).isTrue();
        assertThat(loaded.problems()).singleElement().asString().contains("SESSION_TTL_STORE", "store.url");
    }

    @Test
    void anUrlAboveTheFileMakesAStoreWhereTheFileHasNone() {
        String none = Loading.withEntries("\"store\": \"none\"");
        LoadedConfig loaded = Loading.load(none, Map.of(), Map.of("session.ttl.store.url", "jdbc:sqlite:b.db"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().hasTable()).isTrue();
        assertThat(loaded.config().store().url()).contains("jdbc:sqlite:b.db");
    }

    @Test
    void everyScalarCanBeSetAboveTheFile() {
        Map<String, String> properties = Map.ofEntries(
                Map.entry("session.ttl.enabled", "FALSE"),
                Map.entry("session.ttl.dryRun", "true"),
                Map.entry("session.ttl.store.url", "jdbc:sqlite:b.db"),
                Map.entry("session.ttl.store.table", "true"),
                Map.entry("session.ttl.store.key", "tenant, agent"),
                Map.entry("session.ttl.store.sessionId", "1"),
                Map.entry("session.ttl.store.lastUsedAt", "t"),
                Map.entry("session.ttl.store.timestamps", "Epoch-Seconds"),
                Map.entry("session.ttl.store.expire", "clear-session-id"),
                Map.entry("session.ttl.store.cascade", "true"),
                Map.entry("session.ttl.store.busyTimeoutMs", "9"),
                Map.entry("session.ttl.store.sweepBudgetMs", "0"),
                Map.entry("session.ttl.store.sweepEveryMs", "60000"),
                Map.entry("session.ttl.store.maxSweepFraction", " .5 "),
                Map.entry("session.ttl.store.observedFile", "observed.db"),
                Map.entry("session.ttl.store.user", "app"),
                Map.entry("session.ttl.store.password", " hunter2"),
                Map.entry("session.ttl.store.passwordFile", "not looked at"),
                Map.entry("session.ttl.processes.watch", "true"),
                Map.entry("session.ttl.http.host", "::1"),
                Map.entry("session.ttl.http.port", "1"),
                Map.entry("session.ttl.http.allowedHosts", "ops.example.com, orchestrator"),
                Map.entry("session.ttl.log", "debug"),
                Map.entry("session.ttl", "of no meaning"),
                Map.entry("java.home", "of the JVM"));

        LoadedConfig loaded = Loading.load(FILE, Map.of(), properties);

        assertThat(loaded.problems()).isEmpty();
        AgentConfig config = loaded.config();
        assertThat(config.enabled()).isFalse();
        assertThat(config.dryRun()).isTrue();
        assertThat(config.store())
                .isEqualTo(new StoreConfig(
                        true,
                        Optional.of("jdbc:sqlite:b.db"),
                        "true",
                        List.of("tenant", "agent"),
                        "1",
                        "t",
                        TimestampFormat.EPOCH_SECONDS,
                        ExpireAction.CLEAR_SESSION_ID,
                        true,
                        9,
                        new SweepConfig(0, 60_000, 0.5),
                        new Credentials(Optional.of("app"), Optional.of(" hunter2")),
                        Optional.of("observed.db")));
        assertThat(config.processes().watch()).isTrue();
        assertThat(config.http()).contains(new HttpConfig("::1", 1, List.of("ops.example.com", "orchestrator")));
    }

    @Test
    void aPortAboveTheFileSwitchesHttpOn() {
        assertThat(Loading.load(FILE, Map.of("SESSION_TTL_HTTP_PORT", "0"), Map.of())
                        .config()
                        .http())
                .contains(new HttpConfig("127.0.0.1", 0));
        assertThat(Loading.load(FILE, Map.of(), Map.of("session.ttl.http.host", "::1"))
                        .config()
                        .http())
                .contains(new HttpConfig("::1", 9477));
    }

    @Test
    void aNameThatMayBeAskedForDoesNotSwitchHttpOn() {
        assertThat(Loading.load(FILE, Map.of("SESSION_TTL_HTTP_ALLOWED_HOSTS", "ops"), Map.of())
                        .config()
                        .http())
                .isEmpty();
    }

    @Test
    void aPortThatIsNoneDoesNotSwitchHttpOn() {
        LoadedConfig loaded = Loading.load(FILE, Map.of("SESSION_TTL_HTTP_PORT", "http"), Map.of());

        assertThat(loaded.config().http()).isEmpty();
        assertThat(loaded.problems()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SESSION_TTL_STORE_KEY       | a,,b        | "" is empty                           | write the name of a column
                    SESSION_TTL_STORE_KEY       | a, a        | "a" is named twice                    | name each once
                    SESSION_TTL_STORE_TABLE     | ''          | "" is empty                           | write the name of the table
                    SESSION_TTL_STORE_URL       | a.db        | "a.db" is not a JDBC URL              | jdbc:sqlite:
                    MAX_SESSION_AGE_MS          | 24h         | "24h" is not a number                 | whole milliseconds
                    MAX_SESSION_AGE_MS          | -1          | -1 does not fit                       | whole milliseconds
                    SESSION_TTL_HTTP_PORT       | 99999       | 99999 does not fit                    | 65535
                    SESSION_TTL_STORE_PASSWORD  | ''          | it is empty                           | set the password, or remove it
                    SESSION_TTL_STORE_USER      | ''          | "" is empty                           | the database's user
                    SESSION_TTL_STORE_SWEEP_EVERY_MS | 1h     | "1h" is not a number                  | whole milliseconds
                    SESSION_TTL_STORE_URL       | jdbc:postgresql://u:hunter2@h/d | "jdbc:postgresql:…@h/d" does not name a server | store.user
                    SESSION_TTL_LOG             | verbose     | "verbose" is none of the names        | debug, info, warn, off
                    """)
    void aWrongVariableIsAProblemAndWhatWasSetBeforeCounts(String name, String value, String what, String remedy) {
        LoadedConfig loaded = Loading.load(FILE, Map.of(name, value), Map.of());

        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).startsWith("environment " + name);
            assertThat(problem.what()).contains(what);
            assertThat(problem.remedy()).contains(remedy, "meanwhile what was set before it counts");
        });
        assertThat(loaded.config()).isEqualTo(Loading.load(FILE).config());
    }

    @Test
    void aWrongPropertyLeavesTheVariableInForce() {
        LoadedConfig loaded =
                Loading.load(FILE, Map.of("SESSION_TTL_STORE_TABLE", "runs"), Map.of("session.ttl.store.table", " "));

        assertThat(loaded.config().store().table()).isEqualTo("runs");
        assertThat(loaded.problems())
                .extracting(Problem::place)
                .containsExactly("system property session.ttl.store.table");
    }

    @Test
    void anUnknownNameIsAProblemWithTheNearest() {
        LoadedConfig loaded = Loading.load(
                FILE,
                Map.of("SESSION_TTL_STORE_TABEL", "t", "SESSION_TTL_COLOUR", "red"),
                Map.of("session.ttl.store.sesionId", "s"));

        assertThat(loaded.problems())
                .extracting(Problem::place)
                .containsExactly(
                        "environment SESSION_TTL_COLOUR",
                        "environment SESSION_TTL_STORE_TABEL",
                        "system property session.ttl.store.sesionId");
        assertThat(loaded.problems())
                .extracting(Problem::remedy)
                .satisfiesExactly(
                        known -> assertThat(known)
                                .contains("SESSION_TTL_MAX_SESSION_AGE_MS, SESSION_TTL_ENABLED")
                                .contains("SESSION_TTL_STORE_LAST_USED_AT", "SESSION_TTL_LOG;"),
                        nearest -> assertThat(nearest).startsWith("did you mean SESSION_TTL_STORE_TABLE?"),
                        nearest -> assertThat(nearest).startsWith("did you mean session.ttl.store.sessionId?"));
    }

    @Test
    void twoSpellingsThatDisagreeAreAProblem() {
        LoadedConfig loaded =
                Loading.load(FILE, Map.of(), Map.of("session.ttl.dry-run", "true", "session.ttl.dryRun", "false"));

        assertThat(loaded.config().dryRun()).isFalse();
        assertThat(loaded.problems())
                .extracting(Problem::toString)
                .containsExactly("system property session.ttl.dryRun: it says otherwise than system property"
                        + " session.ttl.dry-run, and both set the same; keep one; meanwhile this one counts");
    }

    @Test
    void aUrlInTheEnvironmentIsEnoughForTheSitesInTheFile() {
        LoadedConfig loaded = Loading.load(
                Loading.withEntries("\"failures\": [{ \"at\": \"a#b\" }]"),
                Map.of("SESSION_TTL_STORE_URL", "jdbc:sqlite:a.db"),
                Map.of());

        assertThat(loaded.problems()).isEmpty();
    }

    private static long maxAge(LoadedConfig loaded) {
        return loaded.config().maxSessionAgeMillis();
    }
}
