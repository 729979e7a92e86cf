package dev.sessionttl.engine.config;

import dev.sessionttl.engine.config.JsonNode.Flag;
import dev.sessionttl.engine.config.JsonNode.Items;
import dev.sessionttl.engine.config.JsonNode.Member;
import dev.sessionttl.engine.config.JsonNode.Members;
import dev.sessionttl.engine.config.JsonNode.Null;
import dev.sessionttl.engine.config.JsonNode.Numeral;
import dev.sessionttl.engine.config.JsonNode.Position;
import dev.sessionttl.engine.config.JsonNode.Text;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.ErrorReportConfiguration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.io.ContentReference;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.ReaderBasedJsonParser;
import tools.jackson.core.sym.CharsToNameCanonicalizer;
import tools.jackson.core.util.BufferRecycler;

/** Reads JSON into a tree, with comments and trailing commas allowed. All that the package knows of Jackson is here. */
final class JsonReader {
    /** Says why a text is not JSON, and where. */
    static final class NotJson extends Exception {
        final transient Position at;

        NotJson(String message, Position at) {
            super(message, null, false, false);
            this.at = at;
        }
    }

    private final JsonParser parser;

    private JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads a whole document; nothing where there is none but white space and comments.
     *
     * @param wanted the members of the root object to keep; the rest belongs to the host and is skipped, though it has to
     *     be JSON
     */
    static Optional<JsonNode> read(String json, List<String> wanted) throws NotJson {
        // From characters, not bytes: Jackson counts the columns of UTF-8 in bytes, and editors do not.
        try (JsonParser parser = parserOf(new StringReader(json))) {
            JsonReader reader = new JsonReader(parser);
            try {
                return reader.document(wanted);
            } catch (JacksonException broken) {
                throw reader.notJson(broken);
            }
        }
    }

    /** Not by Jackson's factory: to verify it the JVM loads all that it can make, 50 classes of every start of a host. */
    private static JsonParser parserOf(Reader json) {
        IOContext context = new IOContext(
                StreamReadConstraints.defaults(),
                StreamWriteConstraints.defaults(),
                ErrorReportConfiguration.defaults(),
                new BufferRecycler(),
                ContentReference.unknown(),
                false,
                JsonEncoding.UTF8);
        return new ReaderBasedJsonParser(
                ObjectReadContext.empty(),
                context,
                StreamReadFeature.collectDefaults(),
                JsonReadFeature.ALLOW_JAVA_COMMENTS.getMask() | JsonReadFeature.ALLOW_TRAILING_COMMA.getMask(),
                json,
                CharsToNameCanonicalizer.createRoot(null).makeChild());
    }

    private Optional<JsonNode> document(List<String> wanted) throws NotJson {
        if (parser.nextToken() == null) {
            return Optional.empty();
        }
        JsonNode root = parser.currentToken() == JsonToken.START_OBJECT ? members(wanted) : value();
        if (parser.nextToken() != null) {
            throw new NotJson("something follows the end of the document", here());
        }
        return Optional.of(root);
    }

    private JsonNode value() {
        Position at = here();
        return switch (parser.currentToken()) {
            case START_OBJECT -> members(List.of());
            case START_ARRAY -> items();
            case VALUE_STRING -> new Text(parser.getString(), at);
            case VALUE_TRUE -> new Flag(true, at);
            case VALUE_FALSE -> new Flag(false, at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getString(), at);
            default -> new Null(at);
        };
    }

    /** @param wanted empty: all */
    private Members members(List<String> wanted) {
        Position start = here();
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Position at = here();
            parser.nextToken();
            if (wanted.isEmpty() || wanted.contains(name)) {
                members.add(new Member(name, at, value()));
            } else {
                members.add(new Member(name, at, new Null(at)));
                parser.skipChildren();
            }
        }
        return new Members(members, start);
    }

    private Items items() {
        Position start = here();
        List<JsonNode> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return new Items(values, start);
    }

    private Position here() {
        return position(parser.currentTokenLocation());
    }

    private NotJson notJson(JacksonException broken) {
        // Limits that are exceeded, such as that of the nesting, are reported without a location.
        TokenStreamLocation at = broken.getLocation() == null ? parser.currentLocation() : broken.getLocation();
        String message = broken.getOriginalMessage();
        if (message.startsWith("Unrecognized token") && isSecret(String.valueOf(parser.currentName()))) {
            message = "the value of " + parser.currentName() + " is none";
        }
        // Jackson goes on about its source, which says less than the place does.
        int source = message.indexOf(" [Source:");
        int end = source < 0 ? message.length() : message.lastIndexOf(" (", source);
        return new NotJson(end < 0 ? message : message.substring(0, end), position(at));
    }

    /** Whether an entry of that name, the host's own included, may hold what no log is to show. */
    private static boolean isSecret(String name) {
        String word = name.toLowerCase(Locale.ROOT);
        return word.contains("pass") || word.contains("pwd") || word.contains("secret") || word.contains("token");
    }

    private static Position position(TokenStreamLocation at) {
        return new Position(at.getLineNr(), at.getColumnNr());
    }
}
