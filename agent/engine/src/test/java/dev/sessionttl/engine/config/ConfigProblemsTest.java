package dev.sessionttl.engine.config;

import static dev.sessionttl.engine.config.Loading.withEntries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sessionttl.engine.report.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigProblemsTest {
    private static final String URL = "\"store\": { \"url\": \"jdbc:sqlite:a.db\" }, ";

    /** Documents with one mistake, at the mark; its path; what is said of it; what would be right. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(maxAge("¦\"86400000\""), "MAX_SESSION_AGE_MS", "\"86400000\" is a text", "remove the quotes"),
                mistake(maxAge("¦-1"), "MAX_SESSION_AGE_MS", "-1 does not fit", "0 to switch expiry by age off"),
                mistake(maxAge("¦1.5"), "MAX_SESSION_AGE_MS", "1.5 does not fit", "(default: 86400000)"),
                mistake(maxAge("¦1e-999999999"), "MAX_SESSION_AGE_MS", "does not fit", "whole milliseconds"),
                mistake(maxAge("¦1e999999999"), "MAX_SESSION_AGE_MS", "does not fit", "whole milliseconds"),
                mistake(maxAge("¦1e99999999999"), "MAX_SESSION_AGE_MS", "does not fit", "whole milliseconds"),
                mistake(maxAge("¦9223372036854775808"), "MAX_SESSION_AGE_MS", "does not fit", "whole milliseconds"),
                mistake(maxAge("¦null"), "MAX_SESSION_AGE_MS", "null is not a number", "whole milliseconds"),
                mistake(maxAge("¦\"1 day\""), "MAX_SESSION_AGE_MS", "\"1 day\" is not a number", "write whole"),
                mistake(
                        "{ \"MAX_SESSION_AGE_MS\": 1, ¦\"MAX_SESSION_AGE_MS\": 86400000, \"sessionTtl\": {} }",
                        "MAX_SESSION_AGE_MS",
                        "written twice, first at 1:3",
                        "the last counts"),
                mistake("{ \"sessionTtl\": ¦[] }", "sessionTtl", "[] is not an object", "store"),
                mistake("{ \"sessionTtl\": ¦true }", "sessionTtl", "true is not an object", "store"),
                entry("\"enabled\": ¦\"false\"", "enabled", "\"false\" is a text", "remove the quotes"),
                entry("\"enabled\": ¦1", "enabled", "1 is not a yes or no", "true or false"),
                entry("\"dryRun\": ¦\"maybe\"", "dryRun", "\"maybe\" is not a yes or no", "meanwhile true counts"),
                entry("¦\"dryrun\": true", "dryrun", "no entry of that name", "did you mean \"dryRun\"?"),
                entry("¦\"colour\": true", "colour", "no entry of that name", "known are enabled, dryRun, store"),
                entry(
                        "¦\"maxSessionAgeMs\": 5",
                        "maxSessionAgeMs",
                        "no entry of that name",
                        "write MAX_SESSION_AGE_MS at the top of the file"),
                entry("\"store\": ¦\"jdbc:sqlite:a.db\"", "store", "is not an object", "url, table, key"),
                entry("\"store\": ¦\"None\"", "store", "\"None\" is not an object", "url, table, key"),
                entry(
                        "\"store\": \"none\", \"reads\": [{ \"at\": \"a#b\", \"key\": ¦\"arg0\" }]",
                        "reads[0].key",
                        "there is no table to look it up in",
                        "write \"sessionId\": \"return\""),
                store("\"observedFile\": ¦\"\"", "observedFile", "\"\" is empty", "the path of a file"),
                store("\"url\": ¦\"data/a.db\"", "url", "\"data/a.db\" is not a JDBC URL", "jdbc:sqlite:data"),
                store("\"url\": ¦\"jdbc:mysql://h/d?password=x\"", "url", "\"jdbc:mysql://h/d?…\"", "jdbc:sqlite:"),
                store("\"url\": ¦\"\"", "url", "\"\" is not a JDBC URL", "meanwhile it is passed over"),
                store("\"url\": ¦5", "url", "5 is not a text", "in quotes"),
                store("\"url\": ¦\"jdbc:sqlite:\"", "url", "cannot be shared", "URL of the file"),
                store("\"url\": ¦\"jdbc:sqlite::memory:\"", "url", "cannot be shared", "URL of the file"),
                store("\"url\": ¦\"jdbc:sqlite::resource:a.db\"", "url", "cannot be shared", "URL of the file"),
                store("\"url\": ¦\"jdbc:sqlite:file::memory:?cache=shared\"", "url", "cannot be shared", "file"),
                store("\"url\": ¦\"jdbc:sqlite:file:a?cache=shared&mode=memory\"", "url", "cannot be shared", "file"),
                store("\"url\": ¦\"jdbc:sqlite:file:100%.db\"", "url", "cannot be read as the name of a file", "%25"),
                store("\"url\": ¦\"jdbc:sqlite:file:a%2\"", "url", "cannot be read as the name of a file", "%25"),
                store("\"url\": ¦\"jdbc:sqlite:file:a%00b\"", "url", "cannot be read as the name of a file", "%25"),
                store("\"url\": ¦\"jdbc:sqlite:file://server?mode=rw\"", "url", "cannot be read", "the path as it is"),
                store("\"url\": ¦\"jdbc:sqlite:a\\u0000b\"", "url", "cannot be read as the name of a file", "path"),
                store("\"url\": ¦\"jdbc:postgresql://u:hunter2@h/d\"", "url", "jdbc:postgresql:…@h/d\"", "store.user"),
                store("\"url\": ¦\"jdbc:postgresql://u@h:1/d\"", "url", "user:password@ is not of JDBC", "store.user"),
                store("\"url\": ¦\"jdbc:postgresql://u:hun/ter2@h/d\"", "url", "does not name a server", "store.user"),
                store("\"url\": ¦\"jdbc:postgresql://h:5432,i:x/d\"", "url", "a port is a number", "//host:5432/"),
                store(
                        "\"url\": ¦\"jdbc:postgresql://h/d?user=u&password=hunter2\"",
                        "url",
                        "\"jdbc:postgresql://h/d?…\" holds a password",
                        "SESSION_TTL_STORE_PASSWORD"),
                store("\"url\": ¦\"jdbc:postgresql:d?password=p\"", "url", "holds a password", "used as it is"),
                store("\"table\": ¦\"\"", "table", "\"\" is empty", "(default: agent_sessions)"),
                store("\"table\": ¦\" \"", "table", "\" \" is empty", "(default: agent_sessions)"),
                store("\"table\": ¦5", "table", "5 is not a text", "in quotes"),
                store("¦\"tabl\": \"t\"", "tabl", "no entry of that name", "did you mean \"table\"?"),
                store("\"table\": \"t\", ¦\"table\": \"t\"", "table", "written twice, first at 2:12", "keep one"),
                store("\"key\": ¦[]", "key", "the list is empty", "(default: agent_id)"),
                store("\"key\": ¦{}", "key", "{} is neither a text nor a list", "the name of a column"),
                store("\"key\": [\"a\", ¦\"a\"]", "key[1]", "\"a\" is named twice", "each once"),
                store("\"key\": [\"a\", ¦5]", "key[1]", "5 is not a text", "the name of a column"),
                store("\"key\": [¦\"\"]", "key[0]", "\"\" is empty", "the name of a column"),
                store("\"sessionId\": ¦null", "sessionId", "null is not a text", "(default: session_id)"),
                store("\"lastUsedAt\": ¦\"\"", "lastUsedAt", "is empty", "(default: last_used_at)"),
                store("\"timestamps\": ¦\"epoch-milis\"", "timestamps", "\"epoch-milis\"", "mean epoch-millis?"),
                store("\"timestamps\": ¦\"AUTO\"", "timestamps", "\"AUTO\"", "did you mean auto?"),
                store("\"timestamps\": ¦1", "timestamps", "1 is none", "auto, epoch-millis, epoch-seconds, iso-8601"),
                store("\"expire\": ¦\"drop\"", "expire", "\"drop\"", "delete-row, clear-session-id"),
                store("\"sweepBudgetMs\": ¦-1", "sweepBudgetMs", "-1 does not fit", "(default: 2000)"),
                store("\"busyTimeoutMs\": ¦2147483648", "busyTimeoutMs", "does not fit", "(default: 50)"),
                store("\"sweepEveryMs\": ¦\"1h\"", "sweepEveryMs", "\"1h\" is not a number", "(default: 0)"),
                store("\"cascade\": ¦\"true\"", "cascade", "is a text", "meanwhile false counts, lest"),
                store("\"maxSweepFraction\": ¦0", "maxSweepFraction", "0 does not fit", "0 counts, lest a row be lost"),
                store("\"maxSweepFraction\": ¦50", "maxSweepFraction", "50 does not fit", "up to 1, such as 0.5"),
                store("\"maxSweepFraction\": ¦-0.5", "maxSweepFraction", "-0.5 does not fit", "above 0"),
                store("\"maxSweepFraction\": ¦1.01", "maxSweepFraction", "1.01 does not fit", "up to 1"),
                store("\"maxSweepFraction\": ¦\"0.5\"", "maxSweepFraction", "is a text", "remove the quotes"),
                store(
                        "\"maxSweepFraction\": ¦\"50%\"",
                        "maxSweepFraction", "\"50%\" is not a number", "write a number"),
                store("\"user\": ¦\"\"", "user", "\"\" is empty", "the database's user"),
                store("\"password\": ¦\"hunter2\"", "password", "no place for a password", "store.passwordFile"),
                store("\"password\": ¦\"\"", "password", "no place for a password", "meanwhile it is not used"),
                store("\"password\": ¦12345", "password", "no place for a password", "SESSION_TTL_STORE_PASSWORD"),
                store("\"passwordFile\": ¦true", "passwordFile", "true is not a text", "hostname:port:database"),
                store("\"passwordFile\": ¦\"\"", "passwordFile", "\"\" is empty", "passed over"),
                entry(URL + "\"reads\": ¦{}", "reads", "{} is not a list", "[ { … } ]"),
                entry(URL + "\"reads\": [¦\"a#b\"]", "reads[0]", "\"a#b\" is not an object", "this read is left out"),
                read("¦{ \"key\": \"arg0\" }", "", "it has no at", "com.acme.Type#method(String)"),
                read("{ \"at\": ¦\"\", \"key\": \"arg0\" }", ".at", "is empty", "a pointcut"),
                read("{ \"at\": ¦5, \"key\": \"arg0\" }", ".at", "5 is not a text", "a pointcut"),
                read("¦{ \"at\": \"a#b\" }", "", "it has neither key nor sessionId", "\"sessionId\": \"return\""),
                read("{ \"at\": \"a#b\", \"key\": ¦[] }", ".key", "the list is empty", "a value path"),
                read("{ \"at\": \"a#b\", \"key\": ¦[\"arg0\", \"arg1\"] }", ".key", "value paths: 2", "agent_id"),
                read("{ \"at\": \"a#b\", \"sessionId\": ¦\"arg0\" }", ".sessionId", "does not start with", "in key"),
                read("{ \"at\": \"a#b\", \"sessionId\": ¦\"returned\" }", ".sessionId", "does not start", "return."),
                read("{ \"at\": \"a#b\", \"sessionId\": ¦true }", ".sessionId", "true is not a text", "value path"),
                read("{ \"at\": \"a#b\", \"onEnter\": ¦\"this.id\" }", ".onEnter", "is not an object", "clear, call"),
                read("{ \"at\": \"a#b\", \"onEnter\": ¦{} }", ".onEnter", "it has no clear", "this.sessionId"),
                read(
                        "{ \"at\": \"a#b\", \"onEnter\": { \"clear\": ¦\"\" } }",
                        ".onEnter.clear",
                        "is empty",
                        "value path"),
                read(
                        "{ \"at\": \"a#b\", \"onEnter\": { \"clear\": ¦\"return.id\" } }",
                        ".onEnter.clear",
                        "does not start with this.",
                        "this.name"),
                read(
                        "{ \"at\": \"a#b\", \"onEnter\": { \"clear\": \"this.id\", \"call\": ¦\"reset()\" } }",
                        ".onEnter.call",
                        "does not start with this.",
                        "arg0.name"),
                read("{ \"at\": \"a#b\", \"key\": \"arg0\", \"absent\": ¦\"\" }", ".absent", "is empty", "null-field"),
                read(
                        "{ \"at\": \"a#b\", \"key\": \"arg0\", \"absent\": ¦\"null-field\" }",
                        ".absent",
                        "no sessionId that names a field",
                        "return.sessionId"),
                read(
                        "{ \"at\": \"a#b\", \"sessionId\": \"return\", \"absent\": ¦\"null-field\" }",
                        ".absent",
                        "no sessionId that names a field",
                        "return.sessionId"),
                entry(URL + "\"failures\": ¦\"all\"", "failures", "\"all\" is not a list", "there are none"),
                failure("¦{}", "", "it has no at, and no log", "this failure is left out"),
                failure("{ \"log\": ¦\"com.acme.*\" }", ".log", "is not an object", "with logger, matches, level"),
                failure("{ \"log\": ¦{} }", ".log", "it has no logger", "com.acme.*"),
                failure("{ \"log\": { \"logger\": ¦\" \" } }", ".log.logger", "is empty", "the name of a logger"),
                failure(
                        "{ \"at\": ¦\"a#b\", \"log\": { \"logger\": \"*\" } }",
                        ".at",
                        "it stands beside log",
                        "make it two failures"),
                failure(
                        "{ \"log\": { \"logger\": \"*\" }, \"matches\": ¦\"x\" }",
                        ".matches",
                        "it stands beside log",
                        "write it within log"),
                failure(
                        "{ \"log\": { \"logger\": \"*\" }, \"sessionId\": ¦\"arg0\" }",
                        ".sessionId",
                        "it stands beside log",
                        "the id is in the text"),
                failure(
                        "{ \"log\": { \"logger\": \"*\" }, \"key\": ¦\"arg0\" }",
                        ".key",
                        "it stands beside log",
                        "remove it"),
                failure(
                        "{ \"log\": { \"logger\": \"*\" }, \"text\": ¦\"arg0\" }",
                        ".text",
                        "it stands beside log",
                        "remove it"),
                failure(
                        "{ \"log\": { \"logger\": \"*\", \"matches\": ¦\"(a\" } }",
                        ".log.matches",
                        "Unclosed group",
                        "Pattern"),
                failure(
                        "{ \"log\": { \"logger\": \"*\", \"level\": ¦\"warning\" } }",
                        ".log.level",
                        "is none of the names",
                        "write one of trace, debug, info, warn, error"),
                failure(
                        "{ \"log\": { \"logger\": \"*\", ¦\"pattern\": \"x\" } }",
                        ".log.pattern",
                        "no entry of that name",
                        "known are logger, matches, level"),
                failure("{ \"at\": \"a#b\", \"matches\": ¦\"(a\" }", ".matches", "Unclosed group", "Pattern"),
                failure("{ \"at\": \"a#b\", \"matches\": ¦\"\" }", ".matches", "is empty", "a regular expression"),
                failure("{ \"at\": \"a#b\", \"text\": ¦7 }", ".text", "7 is not a text", "a value path"),
                failure("{ \"at\": \"a#b\", \"sessionId\": ¦\"\" }", ".sessionId", "is empty", "a value path"),
                failure("{ \"at\": \"a#b\", \"key\": [¦null] }", ".key[0]", "null is not a text", "a value path"),
                entry("\"processes\": ¦true", "processes", "true is not an object", "watch"),
                entry("\"processes\": { \"watch\": ¦0 }", "processes.watch", "0 is not a yes or no", "true or false"),
                entry("\"processes\": { ¦\"wach\": true }", "processes.wach", "no entry", "did you mean \"watch\"?"),
                entry("\"http\": ¦9477", "http", "9477 is not an object", "host, port"),
                entry("\"http\": { \"port\": ¦65536 }", "http.port", "65536 does not fit", "1 to 65535"),
                entry("\"http\": { \"port\": ¦\"9477\" }", "http.port", "\"9477\" is a text", "remove the quotes"),
                entry(
                        "\"http\": { \"allowedHosts\": [\"a\", ¦\"a\"] }",
                        "http.allowedHosts[1]",
                        "\"a\" is named twice",
                        "name each once"),
                entry("\"http\": { \"host\": ¦\"\" }", "http.host", "\"\" is empty", "(default: 127.0.0.1)"),
                entry(
                        "\"metrics\": { \"textfile\": ¦\"a.txt\" }",
                        "metrics.textfile",
                        "\"a.txt\" does not end in .prom",
                        "ends in .prom, in a folder that node_exporter reads"),
                entry("\"metrics\": { \"textfile\": ¦\"a\\u0000.prom\" }", "metrics.textfile", "no path", ".prom"),
                entry("\"audit\": ¦\"a\\u0000\"", "audit", "no path", "folder that is there"),
                entry("\"audit\": ¦true", "audit", "true is not a text", "passed over"),
                entry("\"metrics\": { \"textfile\": ¦true }", "metrics.textfile", "true is not a text", "passed over"),
                entry("\"metrics\": { ¦\"textFile\": \"a.prom\" }", "metrics.textFile", "no entry", "\"textfile\""),
                entry("\"reads\": [], \"http\": {}, ¦\"http\": {}", "http", "written twice", "the last counts"),
                mistake(
                        "{ \"sessionTtl\": ¦{ \"reads\": [{ \"at\": \"a#b\", \"key\": \"arg0\" }] } }",
                        "sessionTtl",
                        "no store.url: nothing can expire",
                        "SESSION_TTL_STORE_URL"),
                entry(
                        "\"store\": ¦{ \"table\": \"t\" }, \"failures\": [{ \"at\": \"a#b\" }]",
                        "store",
                        "no store.url: nothing can expire",
                        "jdbc:sqlite:data/orchestrator.db"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsReportedWhereItIsWithWhatWouldBeRight(String json, String path, String what, String remedy) {
        LoadedConfig loaded = Loading.load(json);

        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo(Loading.markedPlace(json, path));
            assertThat(problem.what()).contains(what);
            assertThat(problem.remedy()).contains(remedy);
        });
    }

    @Test
    void aProblemReadsAsOneSentence() {
        assertThat(Loading.load(withEntries("\"store\": { \"timestamps\": \"epoch-milis\" }"))
                        .problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "agents.json:2:26 sessionTtl.store.timestamps: \"epoch-milis\" is none of the names known"
                                + " here; write one of auto, epoch-millis, epoch-seconds, iso-8601 (did you mean epoch-millis?);"
                                + " meanwhile it is passed over (default: auto)");
    }

    @Test
    void allProblemsOfAFileComeInOneGoAndTheRestOfItWorks() {
        LoadedConfig loaded = Loading.load("""
                {
                  "MAX_SESSION_AGE_MS": "1",
                  "sessionTtl": {
                    "http": { "port": 70000, "host": "::1" },
                    "dryRun": true,
                    "storre": {},
                    "store": { "url": "jdbc:sqlite:a.db", "table": "", "key": [], "expire": "clear-session-id" },
                    "failures": [ { "at": "a#b", "matches": "[" }, { "at": "a#c" } ],
                    "reads": [
                      { "at": "", "key": 5, "sessionId": "arg0", "keys": 1 },
                      { "at": "a#d", "key": "arg0", "note": "unknown, and no reason to leave the read out" }
                    ]
                  }
                }
                """);

        assertThat(loaded.problems())
                .extracting(Problem::place)
                .containsExactly(
                        "agents.json:2:25 MAX_SESSION_AGE_MS",
                        "agents.json:4:23 sessionTtl.http.port",
                        "agents.json:6:5 sessionTtl.storre",
                        "agents.json:7:52 sessionTtl.store.table",
                        "agents.json:7:63 sessionTtl.store.key",
                        "agents.json:8:45 sessionTtl.failures[0].matches",
                        "agents.json:10:15 sessionTtl.reads[0].at",
                        "agents.json:10:26 sessionTtl.reads[0].key",
                        "agents.json:10:42 sessionTtl.reads[0].sessionId",
                        "agents.json:10:50 sessionTtl.reads[0].keys",
                        "agents.json:11:37 sessionTtl.reads[1].note");
        AgentConfig config = loaded.config();
        assertThat(config.maxSessionAgeMillis()).isEqualTo(86_400_000);
        assertThat(config.http()).contains(new HttpConfig("::1", 9477));
        assertThat(config.dryRun()).isTrue();
        assertThat(config.store().table()).isEqualTo("agent_sessions");
        assertThat(config.store().key()).containsExactly("agent_id");
        assertThat(config.store().expire()).isEqualTo(ExpireAction.CLEAR_SESSION_ID);
        assertThat(config.failures()).extracting(FailureConfig::at).containsExactly("a#c");
        assertThat(config.reads()).extracting(ReadConfig::at).containsExactly("a#d");
    }

    @Test
    void columnsAreCountedInCharactersAsEditorsDo() {
        String json = "{ \"größe\": \"häßlich\", \"MAX_SESSION_AGE_MS\": ¦true, \"sessionTtl\": {} }";

        assertThat(Loading.load(json).problems())
                .extracting(Problem::place)
                .containsExactly(Loading.markedPlace(json, "MAX_SESSION_AGE_MS"));
    }

    @Test
    void anEntryWrittenTwiceCountsAsTheLast() {
        assertThat(Loading.load(withEntries("\"store\": { \"table\": \"a\", \"table\": \"b\" }"))
                        .config()
                        .store()
                        .table())
                .isEqualTo("b");
    }

    @Test
    void aRegexThatIsNestedWithoutEndIsAProblem() {
        String regex = "(".repeat(50_000) + ")".repeat(50_000);

        LoadedConfig loaded =
                Loading.load(withEntries(URL + "\"failures\": [{ \"at\": \"a#b\", \"matches\": \"" + regex + "\" }]"));

        assertThat(loaded.config().failures()).isEmpty();
        assertThat(loaded.problems())
                .extracting(Problem::what)
                .singleElement()
                .asString()
                .contains("Stack overflow during pattern compilation");
    }

    @Test
    void aSiteIsCheckedAgainstTheKeyThatIsInForce() {
        LoadedConfig loaded = Loading.load(
                withEntries(URL + "\"reads\": [{ \"at\": \"a#b\", \"key\": [\"arg0\", \"arg1\"] }]"),
                Map.of("SESSION_TTL_STORE_KEY", "tenant, agent"),
                Map.of());

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().key()).isEqualTo(List.of("tenant", "agent"));
        assertThat(loaded.config().reads()).hasSize(1);
    }

    private static Arguments mistake(String json, String path, String what, String remedy) {
        return arguments(json, path, what, remedy);
    }

    private static String maxAge(String value) {
        return "{ \"MAX_SESSION_AGE_MS\": " + value + ", \"sessionTtl\": {} }";
    }

    private static Arguments entry(String entries, String path, String what, String remedy) {
        return mistake(withEntries(entries), "sessionTtl." + path, what, remedy);
    }

    private static Arguments store(String entries, String path, String what, String remedy) {
        return entry("\"store\": { " + entries + " }", "store." + path, what, remedy);
    }

    private static Arguments read(String read, String path, String what, String remedy) {
        return entry(URL + "\"reads\": [" + read + "]", "reads[0]" + path, what, remedy);
    }

    private static Arguments failure(String failure, String path, String what, String remedy) {
        return entry(URL + "\"failures\": [" + failure + "]", "failures[0]" + path, what, remedy);
    }

    @Test
    void aWrongValueThatGovernsDeletionCountsAsTheHarmlessOne() {
        LoadedConfig inFile = Loading.load(
                withEntries(
                        "\"store\": { \"expire\": \"delete\", \"cascade\": 1, \"maxSweepFraction\": 10 }, \"dryRun\": \"yes\""),
                Map.of(),
                Map.of());
        LoadedConfig above = Loading.load(
                withEntries("\"store\": { \"expire\": \"delete-row\", \"cascade\": true, \"maxSweepFraction\": 1 },"
                        + " \"dryRun\": false"),
                Map.of("SESSION_TTL_DRY_RUN", "on", "SESSION_TTL_STORE_MAX_SWEEP_FRACTION", "10%"),
                Map.of("session.ttl.store.expire", "drop", "session.ttl.store.cascade", "no"));

        for (LoadedConfig loaded : List.of(inFile, above)) {
            assertThat(loaded.problems()).hasSize(4);
            assertThat(loaded.config().dryRun()).isTrue();
            assertThat(loaded.config().store().expire()).isEqualTo(ExpireAction.CLEAR_SESSION_ID);
            assertThat(loaded.config().store().cascade()).isFalse();
            assertThat(loaded.config().store().sweep().maxFraction()).isZero();
        }
    }
}
