package dev.sessionttl.engine.config;

import java.util.List;

/** A JSON value that knows where it stands. Immutable. */
sealed interface JsonNode {
    Position at();

    /** The value as a problem may show it. */
    String shown();

    /** Line and column, both from 1, in characters. */
    record Position(int line, int column) {
        /** Of a value that stands in no file; it sorts behind all that do. */
        static final Position NONE = new Position(Integer.MAX_VALUE, 0);

        boolean isInFile() {
            return line != NONE.line;
        }
    }

    record Text(String value, Position at) implements JsonNode {
        private static final int SHOWN_LENGTH = 80;

        @Override
        public String shown() {
            String line = value.replace("\r", "\\r").replace("\n", "\\n");
            return '"' + (line.length() <= SHOWN_LENGTH ? line : line.substring(0, SHOWN_LENGTH) + "…") + '"';
        }
    }

    /** A number as it is written, whatever its size. */
    record Numeral(String literal, Position at) implements JsonNode {
        private static final int SHOWN_LENGTH = 40;

        @Override
        public String shown() {
            return literal.length() <= SHOWN_LENGTH ? literal : literal.substring(0, SHOWN_LENGTH) + "…";
        }
    }

    record Flag(boolean value, Position at) implements JsonNode {
        @Override
        public String shown() {
            return Boolean.toString(value);
        }
    }

    record Null(Position at) implements JsonNode {
        @Override
        public String shown() {
            return "null";
        }
    }

    record Items(List<JsonNode> values, Position at) implements JsonNode {
        @Override
        public String shown() {
            return values.isEmpty() ? "[]" : "a list";
        }
    }

    /** The members of an object as written, so a name may occur twice. */
    record Members(List<Member> members, Position at) implements JsonNode {
        @Override
        public String shown() {
            return members.isEmpty() ? "{}" : "an object";
        }
    }

    /** A name, where it stands, and its value. */
    record Member(String name, Position at, JsonNode value) {}
}
