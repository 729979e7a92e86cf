package dev.sessionttl.engine.resume;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A line of the CLI's {@code --output-format json} or {@code stream-json}; texts that it does not have are empty.
 *
 * @param sessionId the session that the run says it is
 * @param errors what it says went wrong, a line each
 */
record StreamJson(String type, String subtype, boolean isError, String sessionId, String errors) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The message; empty where the text is none of the CLI's. */
    static Optional<StreamJson> read(String text) {
        String type = "";
        String subtype = "";
        String sessionId = "";
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
                    case "session_id" -> sessionId = scalar(json, value);
                    case "is_error" -> isError = value == JsonToken.VALUE_TRUE;
                    case "errors", "error" -> collectText(json, errors);
                    default -> json.skipChildren();
                }
            }
        } catch (JacksonException notJsonOrCutOff) {
            // What was read so far tells which message it is: a long answer that was cut off is still an answer.
        }
        return type.isEmpty()
                ? Optional.empty()
                : Optional.of(new StreamJson(type, subtype, isError, sessionId, errors.toString()));
    }

    boolean isResult() {
        return type.equals("result");
    }

    /** A run that came to nothing by the CLI's own doing. */
    boolean isFailedResult() {
        return isResult() && isError && !subtype.equals("success");
    }

    /** A run that the API did not answer: the session was found. */
    boolean isUnansweredRun() {
        return isResult() && isError && subtype.equals("success");
    }

    /** The errors of a failed result; none for any other message, which is the model's. */
    String refusalErrors() {
        return isFailedResult() ? errors : "";
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
