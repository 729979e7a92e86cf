package dev.sessionttl.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.config.ReadConfig.OnEnter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigValuesTest {
    @Test
    void everyEntryIsRead() {
        LoadedConfig loaded = Loading.load("""
                {
                  "MAX_SESSION_AGE_MS": 60000,
                  "sessionTtl": {
                    "enabled": false,
                    "dryRun": true,
                    "store": {
                      "url": "jdbc:sqlite:runs.db", "table": "runs", "key": ["tenant", "agent"],
                      "sessionId": "sid", "lastUsedAt": "touched", "timestamps": "iso-8601",
                      "expire": "clear-session-id", "cascade": true, "busyTimeoutMs": 7, "observedFile": "kept.db",
                      "sweepBudgetMs": 0, "sweepEveryMs": 3600000, "maxSweepFraction": 0.25, "user": "app"
                    },
                    "reads": [
                      { "at": "a.B#c", "key": ["arg0", "arg1.x"], "absent": "a.S#NONE" },
                      { "at": "a.B#d", "sessionId": "return.id", "onEnter": { "clear": "this.id", "call": "this.reset()" } }
                    ],
                    "failures": [
                      { "at": "a.C#d" },
                      { "at": "a.C#e", "sessionId": "arg0", "key": ["arg1", "arg2"], "text": "return.err",
                        "matches": "gone: (?<id>\\\\S+)|(?<other>x)" }
                    ],
                    "processes": {},
                    "http": { "host": "0.0.0.0", "port": 0, "allowedHosts": "ops.example.com" },
                    "metrics": { "hostRegistry": false, "textfile": "metrics/orchestrator.prom" },
                    "audit": "logs/audit.jsonl"
                  }
                }
                """);

        assertThat(loaded.problems()).isEmpty();
        AgentConfig config = loaded.config();
        assertThat(config.enabled()).isFalse();
        assertThat(config.dryRun()).isTrue();
        assertThat(config.maxSessionAgeMillis()).isEqualTo(60_000);
        assertThat(config.store())
                .isEqualTo(new StoreConfig(
                        true,
                        Optional.of("jdbc:sqlite:runs.db"),
                        "runs",
                        List.of("tenant", "agent"),
                        "sid",
                        "touched",
                        TimestampFormat.ISO_8601,
                        ExpireAction.CLEAR_SESSION_ID,
                        true,
                        7,
                        new SweepConfig(0, 3_600_000, 0.25),
                        new Credentials(Optional.of("app"), Optional.empty()),
                        Optional.of("kept.db")));
        assertThat(config.reads())
                .containsExactly(
                        new ReadConfig(
                                "agents.json:13:7 sessionTtl.reads[0]",
                                "a.B#c",
                                List.of("arg0", "arg1.x"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("a.S#NONE")),
                        new ReadConfig(
                                "agents.json:14:7 sessionTtl.reads[1]",
                                "a.B#d",
                                List.of(),
                                Optional.of("return.id"),
                                Optional.of(new OnEnter("this.id", Optional.of("this.reset()"))),
                                Optional.empty()));
        FailureConfig plain = config.failures().get(0);
        assertThat(plain)
                .isEqualTo(new FailureConfig(
                        "agents.json:17:7 sessionTtl.failures[0]",
                        "a.C#d",
                        Optional.empty(),
                        List.of(),
                        "thrown",
                        Optional.empty()));
        FailureConfig full = config.failures().get(1);
        assertThat(full.sessionId()).contains("arg0");
        assertThat(full.key()).containsExactly("arg1", "arg2");
        assertThat(full.text()).isEqualTo("return.err");
        assertThat(full.matches().orElseThrow().pattern()).isEqualTo("gone: (?<id>\\S+)|(?<other>x)");
        assertThat(config.processes().watch()).isTrue();
        assertThat(config.http()).contains(new HttpConfig("0.0.0.0", 0, List.of("ops.example.com")));
        assertThat(config.metrics())
                .isEqualTo(new MetricsConfig(false, Optional.of(Path.of("metrics/orchestrator.prom"))));
        assertThat(config.audit()).contains(Path.of("logs/audit.jsonl"));
    }

    @Test
    void anEmptyHttpSectionOpensTheDefaultPort() {
        assertThat(Loading.load(Loading.withEntries("\"http\": {}")).config().http())
                .contains(new HttpConfig("127.0.0.1", 9477));
    }

    @Test
    void processesAreWatchedOnlyWhereTheSectionSaysSo() {
        assertThat(watchesProcesses("")).isFalse();
        assertThat(watchesProcesses("\"processes\": {}")).isTrue();
        assertThat(watchesProcesses("\"processes\": { \"watch\": true }")).isTrue();
        assertThat(watchesProcesses("\"processes\": { \"watch\": false }")).isFalse();
    }

    private static boolean watchesProcesses(String entries) {
        return Loading.load(Loading.withEntries(entries)).config().processes().watch();
    }

    @ParameterizedTest
    @ValueSource(strings = {"86400000", "8.64e7", "864E5", "86400000.0", "86400000.000"})
    void aNumberIsWholeHoweverItIsWritten(String number) {
        LoadedConfig loaded = Loading.load("{ \"MAX_SESSION_AGE_MS\": " + number + ", \"sessionTtl\": {} }");

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().maxSessionAgeMillis()).isEqualTo(86_400_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "5e-1", "0.50", "1", "1.0", "1E0", "0.0001"})
    void aFractionIsAnyNumberUpToOne(String number) {
        LoadedConfig loaded = Loading.load(Loading.withEntries("\"store\": { \"maxSweepFraction\": " + number + " }"));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.config().store().sweep().maxFraction()).isEqualTo(Double.parseDouble(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$schema", "$comment", "//", "// why", "_comment", "_comment2"})
    void anEntryThatIsACommentIsNoProblem(String name) {
        assertThat(Loading.load(Loading.withEntries("\"" + name + "\": 1, \"store\": { \"" + name + "\": [] }"))
                        .problems())
                .isEmpty();
    }

    @Test
    void aConfigCannotBeChangedOnceItIsRead() {
        AgentConfig config = Loading.load(
                        Loading.withEntries("\"store\": { \"url\": \"jdbc:sqlite:a\", \"key\": [\"a\"] },"
                                + " \"reads\": [{ \"at\": \"a#b\", \"key\": [\"arg0\"] }]"))
                .config();

        assertThat(config.reads()).isUnmodifiable();
        assertThat(config.failures()).isUnmodifiable();
        assertThat(config.store().key()).isUnmodifiable();
        assertThat(config.reads().get(0).key()).isUnmodifiable();
    }
}
