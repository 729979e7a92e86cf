package dev.sessionttl.engine.resume;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A line of the CLI's {@code --output-format json} or {@code stream-json}. */
final class StreamJson {
    private static final JsonFactory JSON = new JsonFactory();

    private StreamJson() {}

    /**
     * The errors of a failed result, one a line; none for any other message of the CLI.
     *
     * @return empty where the text is no message of the CLI at all
     */
    static Optional<String> errorsIn(String text) {
        String type = "";
        String subtype = "";
        boolean isError = false;
        StringBuilder errors = new StringBuilder();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "type" -> type = scalar(json, value);
                    case "subtype" -> subtype = scalar(json, value);
                    case "is_error" -> isError = value == JsonToken.VALUE_TRUE;
                    case "errors", "error" -> collectText(json, errors);
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException notJsonOrCutOff) {
            // What was read so far tells which message it is: a long answer that was cut off is still an answer.
        }
        if (type.isEmpty()) {
            return Optional.empty();
        }
        boolean failed = type.equals("result") && isError && !subtype.equals("success");
        return Optional.of(failed ? errors.toString() : "");
    }

    private static String scalar(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        json.skipChildren();
        return "";
    }

    /** Every string in the value that the parser stands on. */
    private static void collectText(JsonParser json, StringBuilder into) {
        int depth = 0;
        JsonToken token = json.currentToken();
        while (token != null) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_STRING) {
                into.append(json.getString()).append('\n');
            }
            if (depth == 0) {
                return;
            }
            token = json.nextToken();
        }
    }
}
