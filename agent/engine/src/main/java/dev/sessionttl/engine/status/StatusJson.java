package dev.sessionttl.engine.status;

import dev.sessionttl.engine.metrics.Hour;
import dev.sessionttl.engine.status.Status.Site;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The status as {@code config/status.schema.json} describes it. */
public final class StatusJson {
    /** To be raised when a field goes or changes its meaning; one that comes does no harm to who reads the others. */
    private static final int VERSION = 1;

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private StatusJson(JsonGenerator json) {
        this.json = json;
    }

    /** One object, in one line. */
    public static String of(Status status) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            new StatusJson(json).write(status);
        }
        return text.toString();
    }

    private void write(Status status) {
        json.writeStartObject();
        json.writeNumberProperty("version", VERSION);
        writeAgent(status.agent());
        json.writeStringProperty("state", status.state().word().text());
        text("reason", status.state().reason());
        writeCounts(status);
        writeTable(status);
        json.writeArrayPropertyStart("sites");
        status.sites().forEach(this::writeSite);
        json.writeEndArray();
        writeConfig(status.config());
        json.writeArrayPropertyStart("hours");
        status.hours().forEach(this::writeHour);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeAgent(Status.Agent agent) {
        json.writeObjectPropertyStart("agent");
        json.writeStringProperty("version", agent.version());
        json.writeStringProperty("startedAt", inSeconds(agent.startedAt()));
        json.writeNumberProperty("uptimeSeconds", seconds(agent.uptime()));
        json.writeEndObject();
    }

    private void writeCounts(Status status) {
        json.writeObjectPropertyStart("resumeFailures");
        json.writeNumberProperty("total", status.resumeFailures().total());
        json.writeNumberProperty("last24Hours", status.resumeFailures().last24Hours());
        json.writeNumberProperty("unclassified", status.resumeFailures().unclassified());
        json.writeEndObject();
        json.writeObjectPropertyStart("expired");
        json.writeNumberProperty("read", status.expired().atRead());
        json.writeNumberProperty("sweep", status.expired().bySweep());
        json.writeNumberProperty("last24Hours", status.expired().last24Hours());
        json.writeEndObject();
        json.writeNumberProperty("vetoedReads", status.vetoedReads());
        json.writeObjectPropertyStart("storeErrors");
        status.storeErrors().forEach((operation, times) -> json.writeNumberProperty(operation, times));
        json.writeEndObject();
        json.writeNumberProperty("secondsWasted", inMillis(status.secondsWasted()));
        json.writeNumberProperty("resumesAvoided", status.resumesAvoided());
        number("secondsSaved", status.secondsSaved());
    }

    private void writeTable(Status status) {
        json.writeObjectPropertyStart("table");
        if (status.table().rows().isPresent()) {
            json.writeNumberProperty("rows", status.table().rows().getAsLong());
        } else {
            json.writeNullProperty("rows");
        }
        number("oldestAgeSeconds", status.table().oldestAgeSeconds());
        json.writeEndObject();
        if (status.lastSweep().isEmpty()) {
            json.writeNullProperty("lastSweep");
            return;
        }
        Status.LastSweep sweep = status.lastSweep().get();
        json.writeObjectPropertyStart("lastSweep");
        json.writeStringProperty("at", inSeconds(sweep.at()));
        json.writeNumberProperty("dropped", sweep.dropped());
        json.writeBooleanProperty("finished", sweep.finished());
        json.writeEndObject();
    }

    private void writeSite(Site site) {
        json.writeStartObject();
        json.writeStringProperty("pointcut", site.pointcut());
        json.writeStringProperty("kind", site.kind());
        json.writeNumberProperty("methods", site.methods());
        json.writeEndObject();
    }

    private void writeConfig(Status.Config config) {
        json.writeObjectPropertyStart("config");
        json.writeStringProperty("file", config.file());
        json.writeNumberProperty("maxSessionAgeMillis", config.maxSessionAgeMillis());
        json.writeBooleanProperty("dryRun", config.dryRun());
        json.writeNumberProperty("problems", config.problems());
        json.writeEndObject();
    }

    private void writeHour(Hour hour) {
        json.writeStartObject();
        json.writeStringProperty("from", inSeconds(hour.from()));
        json.writeNumberProperty("resumeFailures", hour.resumeFailures());
        json.writeNumberProperty("expired", hour.expired());
        json.writeEndObject();
    }

    private void text(String name, Optional<String> value) {
        if (value.isPresent()) {
            json.writeStringProperty(name, value.get());
        } else {
            json.writeNullProperty(name);
        }
    }

    private void number(String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, inMillis(value.getAsDouble()));
        } else {
            json.writeNullProperty(name);
        }
    }

    private static String inSeconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    private static double inMillis(double seconds) {
        return Math.round(seconds * 1_000) / 1_000.0;
    }
}
