package com.acme.orchestrator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The last event of the CLI's {@code stream-json}: how the run ended.
 *
 * @param subtype {@code success}, or the kind of error
 * @param isError also true for a {@code success} whose API calls failed
 * @param sessionId in a refused resume the dead id, or in older CLIs one that was never used: worth storing only if the run ended well
 * @param text the model's words, or the API's complaint
 * @param errors the CLI's own words
 */
record ResultLine(String subtype, boolean isError, String sessionId, String text, List<String> errors) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The last result in the output; lines that are other events, or no JSON at all, are passed over. */
    static Optional<ResultLine> lastOf(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("{"))
                .map(ResultLine::parse)
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later);
    }

    private static Optional<ResultLine> parse(String line) {
        String type = "";
        String subtype = "";
        boolean isError = false;
        String sessionId = "";
        String text = "";
        List<String> errors = List.of();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "type" -> type = text(json);
                    case "subtype" -> subtype = text(json);
                    case "is_error" -> isError = json.currentToken() == JsonToken.VALUE_TRUE;
                    case "session_id" -> sessionId = text(json);
                    case "result" -> text = text(json);
                    case "errors" -> errors = texts(json);
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return Optional.empty();
        }
        return type.equals("result")
                ? Optional.of(new ResultLine(subtype, isError, sessionId, text, errors))
                : Optional.empty();
    }

    private static String text(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        json.skipChildren();
        return "";
    }

    private static List<String> texts(JsonParser json) {
        List<String> texts = new ArrayList<>();
        if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                texts.add(text(json));
            }
        } else {
            json.skipChildren();
        }
        return texts;
    }
}
