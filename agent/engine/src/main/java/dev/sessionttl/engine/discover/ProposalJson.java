package dev.sessionttl.engine.discover;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** Writes a proposal as JSON. */
final class ProposalJson {
    /** Instead of the store's section: there is no table. */
    static final String NO_STORE = "none";

    private static final JsonFactory JSON = new JsonFactory();
    private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");
    private static final Separators SEPARATORS = Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    private ProposalJson() {}

    static String config(Proposal proposal) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            writeConfig(proposal, json);
        }
        return text.append('\n').toString();
    }

    static String all(Proposal proposal) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            json.writeStartObject();
            json.writeName("config");
            writeConfig(proposal, json);
            json.writeArrayPropertyStart("findings");
            for (Finding finding : proposal.findings()) {
                json.writeStartObject();
                json.writeStringProperty("kind", finding.kind().name().toLowerCase(Locale.ROOT));
                json.writeStringProperty("place", finding.place());
                json.writeStringProperty("sure", finding.sure().toString());
                json.writeBooleanProperty("proposed", finding.isProposed());
                json.writeStringProperty("why", finding.why());
                json.writeStringProperty("lookAt", finding.byHand());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty("scanned", proposal.scanned());
            json.writeArrayPropertyStart("notes");
            proposal.notes().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void writeConfig(Proposal proposal, JsonGenerator json) {
        json.writeStartObject();
        json.writeObjectPropertyStart("sessionTtl");
        List<Finding> store = proposal.proposed(Finding.Kind.STORE);
        if (proposal.store(NO_STORE).isPresent()) {
            json.writeStringProperty("store", NO_STORE);
        } else if (!store.isEmpty()) {
            json.writeObjectPropertyStart("store");
            store.forEach(finding -> writeEntries(finding.entry(), json));
            json.writeEndObject();
        }
        writeSites("reads", proposal.proposed(Finding.Kind.READ), json);
        writeSites("failures", proposal.proposed(Finding.Kind.FAILURE), json);
        if (!proposal.proposed(Finding.Kind.PROCESSES).isEmpty()) {
            json.writeObjectPropertyStart("processes");
            json.writeEndObject();
        }
        // So that there is something to see; loopback alone.
        json.writeObjectPropertyStart("http");
        json.writeStringProperty("host", "127.0.0.1");
        json.writeNumberProperty("port", 9477);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeSites(String name, List<Finding> sites, JsonGenerator json) {
        if (sites.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart(name);
        for (Finding site : sites) {
            json.writeStartObject();
            writeEntries(site.entry(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeEntries(Map<String, Object> entries, JsonGenerator json) {
        entries.forEach((name, value) -> {
            if (value instanceof List<?> list) {
                json.writeArrayPropertyStart(name);
                list.forEach(each -> json.writeString(String.valueOf(each)));
                json.writeEndArray();
            } else {
                json.writeStringProperty(name, String.valueOf(value));
            }
        });
    }

    private static JsonGenerator generator(StringWriter into) {
        return JSON.createGenerator(
                new ObjectWriteContext.Base() {
                    @Override
                    public PrettyPrinter getPrettyPrinter() {
                        return new DefaultPrettyPrinter(SEPARATORS)
                                .withObjectIndenter(INDENTER)
                                .withArrayIndenter(INDENTER);
                    }
                },
                into);
    }
}
