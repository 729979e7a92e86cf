package dev.sessionttl.engine.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sessionttl.engine.fixture.SampleStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds {@code /status.json} and {@code config/status.schema.json} together. */
class StatusJsonTest {
    private static JsonNode schemaTree = JsonMapper.shared().nullNode();
    private static Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema("{}");

    @BeforeAll
    static void readTheSchema() throws IOException {
        schemaTree = JsonMapper.shared().readTree(Files.readString(Path.of("../../config/status.schema.json")));
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaTree);
    }

    @Test
    void whatIsKnownIsSaid() {
        JsonNode status = written(new SampleStatus());

        assertThat(status.at("/version").intValue()).isEqualTo(1);
        assertThat(status.at("/agent/startedAt").stringValue()).isEqualTo("2026-03-10T12:00:00Z");
        assertThat(status.at("/agent/uptimeSeconds").doubleValue()).isEqualTo(129_900);
        assertThat(status.at("/state").stringValue()).isEqualTo("ok");
        assertThat(status.at("/reason").isNull()).isTrue();
        assertThat(status.at("/resumeFailures").toString())
                .isEqualTo("{\"total\":12,\"last24Hours\":4,\"unclassified\":1}");
        assertThat(status.at("/expired").toString()).isEqualTo("{\"read\":22,\"sweep\":30,\"last24Hours\":25}");
        assertThat(status.at("/storeErrors").toString()).isEqualTo("{\"find\":3}");
        assertThat(status.at("/secondsSaved").doubleValue()).isEqualTo(66.6);
        assertThat(status.at("/table").toString()).isEqualTo("{\"rows\":16,\"oldestAgeSeconds\":3600.5}");
        assertThat(status.at("/lastSweep").toString())
                .isEqualTo("{\"at\":\"2026-03-11T21:00:00Z\",\"dropped\":20,\"finished\":true}");
        assertThat(status.at("/sites/1/kind").stringValue()).isEqualTo("failure");
        assertThat(status.at("/hours")).hasSize(24);
    }

    @Test
    void itIsAsTheSchemaSays() {
        assertThat(schema.validate(StatusJson.of(new SampleStatus().get()), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void whatIsNotKnownIsNullAndTheSchemaSaysSo() {
        JsonNode status = written(new SampleStatus().justBegun());

        assertThat(status.at("/secondsSaved").isNull()).isTrue();
        assertThat(status.at("/table").toString()).isEqualTo("{\"rows\":null,\"oldestAgeSeconds\":null}");
        assertThat(status.at("/lastSweep").isNull()).isTrue();
        assertThat(schema.validate(status.toString(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void theSchemaRefusesWhatItDoesNotKnow() {
        String other = StatusJson.of(new SampleStatus().get());

        assertThat(schema.validate(other.replace("\"version\":1,", "\"version\":2,"), InputFormat.JSON))
                .isNotEmpty();
        assertThat(schema.validate(other.replace("\"state\":\"ok\"", "\"state\":\"fine\""), InputFormat.JSON))
                .isNotEmpty();
        assertThat(schema.validate(other.replace("\"vetoedReads\":5,", ""), InputFormat.JSON))
                .isNotEmpty();
    }

    /** A schema lets pass what it does not name, so that fields may be added; but each of ours is documented. */
    @Test
    void bothKnowTheSameNames() {
        JsonNode status = written(new SampleStatus());

        assertThat(names(status)).isEqualTo(names(schemaTree.path("properties")));
        for (String part : Set.of("agent", "resumeFailures", "expired", "table", "lastSweep", "config")) {
            assertThat(names(status.path(part))).isEqualTo(names(schemaTree.at("/properties/" + part + "/properties")));
        }
        for (String list : Set.of("sites", "hours")) {
            assertThat(names(status.path(list).path(0)))
                    .isEqualTo(names(schemaTree.at("/properties/" + list + "/items/properties")));
        }
    }

    @Test
    void whatComesFromTheConfigCannotBreakOut() {
        String nasty = "a.B#\"\\\n\u0000</script>é";

        assertThat(written(new SampleStatus().at(nasty)).at("/sites/0/pointcut").stringValue())
                .isEqualTo(nasty);
    }

    @Test
    void numbersAreTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        String expected = StatusJson.of(new SampleStatus().get());
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(StatusJson.of(new SampleStatus().get())).isEqualTo(expected);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static JsonNode written(SampleStatus sample) {
        return JsonMapper.shared().readTree(StatusJson.of(sample.get()));
    }

    private static Set<String> names(JsonNode object) {
        return new TreeSet<>(object.propertyNames());
    }
}
