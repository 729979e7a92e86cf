package dev.sessionttl.engine.config;

import static dev.sessionttl.engine.config.Loading.withEntries;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds {@code config/agents.schema.json} and the parser together. */
class ConfigSchemaTest {
    private static final Path SHIPPED = Path.of("../../config/agents.json");
    private static final JsonNode SCHEMA_TREE = read(Path.of("../../config/agents.schema.json"));
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SCHEMA_TREE);
    private static final String URL = "\"store\": { \"url\": \"jdbc:sqlite:a.db\" }, ";

    @Test
    void theShippedFilePassesBoth() throws IOException {
        assertThat(schemaErrors(Files.readString(SHIPPED))).isEmpty();
        assertThat(ConfigLoader.load(SHIPPED, Map.of(), new Properties()).problems())
                .isEmpty();
    }

    @Test
    void theShippedFileNamesTheDemosSites() {
        AgentConfig config =
                ConfigLoader.load(SHIPPED, Map.of(), new Properties()).config();

        assertThat(config.store().url()).contains("jdbc:sqlite:data/orchestrator.db");
        assertThat(config.reads())
                .singleElement()
                .extracting(ReadConfig::at)
                .isEqualTo("com.acme.orchestrator.SessionStore#find(String)");
        assertThat(config.failures())
                .singleElement()
                .extracting(FailureConfig::at)
                .isEqualTo("com.acme.orchestrator.ClaudeCli#resume(String, ..)");
        assertThat(config.http()).contains(new HttpConfig("127.0.0.1", 9477));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"enabled\": false, \"dryRun\": true",
                "\"$comment\": 1, \"// note\": {}, \"_comment\": []",
                "\"store\": {}",
                "\"store\": { \"key\": \"id\", \"table\": \"t\", \"sessionId\": \"s\", \"lastUsedAt\": \"l\" }",
                "\"store\": { \"url\": \"jdbc:sqlite:file:a.db?mode=rw&cache=private\" }",
                "\"store\": { \"url\": \"jdbc:sqlite:/srv/a b/memory.db\" }",
                "\"store\": { \"key\": [\"a\", \"b\"], \"timestamps\": \"iso-8601\", \"expire\": \"clear-session-id\" }",
                "\"store\": { \"sweepBudgetMs\": 0, \"busyTimeoutMs\": 2147483647 }",
                "\"store\": { \"sweepBudgetMs\": 1e3, \"busyTimeoutMs\": 5.0 }",
                "\"store\": { \"cascade\": true, \"sweepEveryMs\": 0, \"maxSweepFraction\": 1 }",
                "\"store\": { \"maxSweepFraction\": 1e-3, \"user\": \"app\", \"passwordFile\": \"~/.pgpass\" }",
                "\"store\": { \"url\": \"jdbc:postgresql:\" }",
                "\"store\": { \"url\": \"jdbc:postgresql:orchestrator?user=app\" }",
                "\"store\": { \"url\": \"jdbc:postgresql:///orchestrator\" }",
                "\"store\": { \"url\": \"jdbc:postgresql://h:5432,[::1]:1,::1:2,/d@b?ssl=true&password=&user=a@b\" }",
                "\"store\": { \"url\": \"jdbc:postgresql://h/passwords?sslpassword=x\" }",
                "\"store\": { \"url\": \"jdbc:sqlite:a.db\", \"lastUsedAt\": \"observed\", \"observedFile\": \"b.db\" }",
                "\"store\": \"none\", \"processes\": {}",
                "\"store\": \"none\", \"reads\": [{ \"at\": \"a#b\", \"sessionId\": \"return\" }]",
                "\"store\": \"none\", \"reads\": [{ \"at\": \"a#b\", \"onEnter\": { \"clear\": \"this.id\" } }]",
                "\"reads\": [], \"failures\": []",
                URL + "\"reads\": [{ \"at\": \"a#b\", \"key\": [\"arg0\"], \"sessionId\": \"return[0].id\" }]",
                URL + "\"reads\": [{ \"at\": \"a#b\", \"key\": \"arg0\", \"absent\": \"a.B#none().x\" }]",
                URL + "\"reads\": [{ \"at\": \"a#b\", \"sessionId\": \"return.a.id\", \"absent\": \"null-field\" }]",
                URL + "\"reads\": [{ \"at\": \"a#b\", \"onEnter\": { \"clear\": \"this.id\", \"$comment\": 1 } }]",
                URL
                        + "\"reads\": [{ \"at\": \"a#b\", \"onEnter\": { \"clear\": \"arg0.id\", \"call\": \"arg0.reset()\" } }]",
                URL + "\"failures\": [{ \"at\": \"a#b\", \"key\": \"arg0\", \"text\": \"arg1\", \"matches\": \"x\" }]",
                URL + "\"failures\": [{ \"log\": { \"logger\": \"com.acme.*\" } }]",
                URL
                        + "\"failures\": [{ \"log\": { \"logger\": \"*\", \"matches\": \"x\", \"level\": \"info\", \"$c\": 1 } }]",
                "\"processes\": { \"watch\": false }",
                "\"processes\": { \"stale\": \"refuse\", \"patterns\": [\"agentd (?<id>\\\\S+)\"] }",
                "\"http\": { \"port\": 65535 }",
                "\"metrics\": { \"hostRegistry\": false }",
                "\"audit\": \"logs/a b.jsonl\"",
                "\"metrics\": { \"textfile\": \"/var/lib/node exporter/a.b.prom\" }"
            })
    void bothTakeWhatIsRight(String entries) {
        assertThat(schemaErrors(withEntries(entries))).isEmpty();
        assertThat(Loading.load(withEntries(entries)).problems()).isEmpty();
    }

    /** All but those that no schema can see. */
    static Stream<Arguments> mistakes() {
        return ConfigProblemsTest.mistakes().filter(mistake -> !isBeyondSchemas((String) mistake.get()[2]));
    }

    private static boolean isBeyondSchemas(String what) {
        return what.startsWith("written twice") // JSON trees keep one of the two.
                || what.startsWith("value paths:") // No rule can count one list by another.
                || what.startsWith("Unclosed group") // Editors know JavaScript's syntax, and would refuse Java's.
                || what.startsWith("no store.url"); // The environment may give it.
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void bothRefuseWhatIsWrong(String json) {
        assertThat(schemaErrors(json.replace(Loading.MARK, ""))).isNotEmpty();
        assertThat(Loading.load(json).problems()).isNotEmpty();
    }

    /** So that no exception to the agreement outlives its reason. */
    @Test
    void whatIsBeyondSchemasPassesThem() {
        List<String> beyond = ConfigProblemsTest.mistakes()
                .filter(mistake -> isBeyondSchemas((String) mistake.get()[2]))
                .map(mistake -> (String) mistake.get()[0])
                .toList();

        assertThat(beyond)
                .isNotEmpty()
                .allSatisfy(json ->
                        assertThat(schemaErrors(json.replace(Loading.MARK, ""))).isEmpty());
    }

    @Test
    void bothRefuseAFileWithoutASection() {
        assertThat(schemaErrors("{}")).isNotEmpty();
        assertThat(Loading.load("{}").problems()).isNotEmpty();
    }

    @Test
    void bothKnowTheSameNames() {
        assertThat(names(SCHEMA_TREE)).isEqualTo(Set.copyOf(Section.ROOT));
        assertThat(names(SCHEMA_TREE.at("/properties/sessionTtl"))).isEqualTo(Set.copyOf(Section.SESSION_TTL));
        assertThat(names(SCHEMA_TREE.at("/$defs/store"))).isEqualTo(Set.copyOf(Section.STORE));
        assertThat(names(SCHEMA_TREE.at("/$defs/read"))).isEqualTo(Set.copyOf(Section.READ));
        assertThat(names(SCHEMA_TREE.at("/$defs/onEnter"))).isEqualTo(Set.copyOf(Section.ON_ENTER));
        assertThat(names(SCHEMA_TREE.at("/$defs/failure"))).isEqualTo(Set.copyOf(Section.FAILURE));
        assertThat(names(SCHEMA_TREE.at("/$defs/log"))).isEqualTo(Set.copyOf(Section.LOG));
        assertThat(names(SCHEMA_TREE.at("/$defs/processes"))).isEqualTo(Set.copyOf(Section.PROCESSES));
        assertThat(names(SCHEMA_TREE.at("/$defs/http"))).isEqualTo(Set.copyOf(Section.HTTP));
        assertThat(names(SCHEMA_TREE.at("/$defs/metrics"))).isEqualTo(Set.copyOf(Section.METRICS));
    }

    @Test
    void everyScalarOfTheSchemaIsASetting() {
        Set<String> scalars = new TreeSet<>(Set.of("maxSessionAgeMs", "enabled", "dryRun", "store", "audit"));
        for (String section : List.of("store", "processes", "http", "metrics")) {
            for (String name : names(SCHEMA_TREE.at("/$defs/" + section))) {
                scalars.add(section + "." + name);
            }
        }
        // A list of regular expressions, which no variable could hold with a separator of its own.
        scalars.remove("processes.patterns");

        assertThat(Setting.ALL).extracting(setting -> setting.property).containsExactlyInAnyOrderElementsOf(scalars);
    }

    @Test
    void bothHaveTheSameDefaults() {
        for (Setting<?> setting : Setting.ALL) {
            assertThat(schemaOf(setting).path("default"))
                    .as(setting.property)
                    .isEqualTo(setting.fallback
                            .map(ConfigSchemaTest::asJson)
                            .orElse(schemaOf(setting).path("none")));
        }
        AgentConfig config = Loading.load(withEntries(URL + "\"failures\": [{ \"at\": \"a#b\" }]"))
                .config();
        assertThat(SCHEMA_TREE.at("/$defs/failure/properties/text/default").asString())
                .isEqualTo(config.failures().get(0).text());
        AgentConfig logs = Loading.load(withEntries(URL + "\"failures\": [{ \"log\": { \"logger\": \"*\" } }]"))
                .config();
        assertThat(SCHEMA_TREE.at("/$defs/log/properties/level/default").asString())
                .isEqualTo(Choice.nameOf(logs.logs().get(0).level()));
    }

    @Test
    void theSchemasExamplesPassBoth() {
        for (JsonNode example : SCHEMA_TREE.path("examples")) {
            assertThat(schemaErrors(example.toString())).isEmpty();
            assertThat(Loading.load(example.toString()).problems()).isEmpty();
        }
        assertThat(SCHEMA_TREE.path("examples")).isNotEmpty();
    }

    @Test
    void everyEntryIsExplained() {
        List<String> unexplained = new ArrayList<>();
        for (String definition :
                List.of("store", "read", "onEnter", "failure", "log", "processes", "http", "metrics")) {
            JsonNode properties = SCHEMA_TREE.at("/$defs/" + definition + "/properties");
            for (String name : properties.propertyNames()) {
                JsonNode property = properties.path(name);
                if (!property.has("title") && !resolved(property).has("title")) {
                    unexplained.add(definition + "." + name);
                }
            }
        }
        assertThat(unexplained).isEmpty();
    }

    private static JsonNode schemaOf(Setting<?> setting) {
        int dot = setting.property.indexOf('.');
        if (setting == Setting.MAX_SESSION_AGE_MS) {
            return SCHEMA_TREE.at("/properties/MAX_SESSION_AGE_MS");
        }
        return dot < 0
                ? SCHEMA_TREE.at("/properties/sessionTtl/properties/" + setting.name)
                : SCHEMA_TREE.at("/$defs/" + setting.property.substring(0, dot) + "/properties/" + setting.name);
    }

    private static JsonNode resolved(JsonNode property) {
        String reference = property.path("$ref").asString("");
        return reference.isEmpty() ? property : SCHEMA_TREE.at(reference.substring(1));
    }

    private static JsonNode asJson(Object value) {
        if (value instanceof Enum<?> constant) {
            return asJson(Choice.nameOf(constant));
        }
        Object single = value instanceof List<?> list && list.size() == 1 ? list.get(0) : value;
        JsonMapper mapper = JsonMapper.shared();
        return mapper.readTree(mapper.writeValueAsString(single));
    }

    private static Set<String> names(JsonNode schema) {
        return Set.copyOf(schema.path("properties").propertyNames());
    }

    private static List<Error> schemaErrors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
