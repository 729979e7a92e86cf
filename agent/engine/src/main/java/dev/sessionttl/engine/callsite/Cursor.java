package dev.sessionttl.engine.callsite;

import java.util.function.IntPredicate;

/** Reads a text from left to right; white space between tokens is passed over. Not thread-safe. */
final class Cursor {
    private final String text;
    private int position;

    Cursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        skipBlanks();
        return position == text.length();
    }

    boolean isAt(String token) {
        skipBlanks();
        return text.startsWith(token, position);
    }

    boolean take(String token) {
        if (!isAt(token)) {
            return false;
        }
        position += token.length();
        return true;
    }

    /** The characters from here that satisfy the test, none of them skipped; may be empty. */
    String takeRun(IntPredicate belongs) {
        int start = position;
        while (position < text.length() && belongs.test(text.charAt(position))) {
            position++;
        }
        return text.substring(start, position);
    }

    /** As {@link #takeRun}, from the next character that is not white space. */
    String takeWord(IntPredicate belongs) {
        skipBlanks();
        return takeRun(belongs);
    }

    /** The next character in quotes, or the words for the end of the text: for messages. */
    String found() {
        return atEnd() ? "the end" : "'" + text.charAt(position) + "'";
    }

    int position() {
        return position;
    }

    SyntaxException error(String what, String remedy) {
        skipBlanks();
        return errorAt(position, what, remedy);
    }

    SyntaxException errorAt(int spot, String what, String remedy) {
        return SyntaxException.at(text, spot, what, remedy);
    }

    private void skipBlanks() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }
}
