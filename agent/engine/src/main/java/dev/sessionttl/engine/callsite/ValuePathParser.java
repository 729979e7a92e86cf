package dev.sessionttl.engine.callsite;

import dev.sessionttl.engine.callsite.ValuePath.Root;
import dev.sessionttl.engine.report.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Parses one value path. Used once. */
final class ValuePathParser {
    private static final String ROOTS = "begin with arg0 (the first argument), this, return or thrown";
    private static final String ARGUMENT = "arg";
    private static final String STEPS = "go on with .name, [0] or ['key']";

    /** A method of the JVM has at most 255 parameters. */
    private static final int LAST_ARGUMENT = 254;

    /** What other languages and tools call the roots. */
    private static final Map<String, String> OTHER_WORDS = Map.ofEntries(
            Map.entry("arg", "arg0"),
            Map.entry("args", "arg0"),
            Map.entry("argument", "arg0"),
            Map.entry("param", "arg0"),
            Map.entry("self", "this"),
            Map.entry("target", "this"),
            Map.entry("result", "return"),
            Map.entry("returned", "return"),
            Map.entry("returning", "return"),
            Map.entry("exception", "thrown"),
            Map.entry("error", "thrown"),
            Map.entry("throwable", "thrown"));

    private final String text;
    private final Access access;
    private final Cursor cursor;

    ValuePathParser(String text, Access access) {
        this.text = text;
        this.access = access;
        this.cursor = new Cursor(text);
    }

    ValuePath parse() throws SyntaxException {
        if (text.isBlank()) {
            throw new SyntaxException("the value path is empty", ROOTS);
        }
        String word = cursor.takeWord(Character::isJavaIdentifierPart);
        int wordStart = cursor.position() - word.length();
        int argumentIndex = -1;
        Root root = switch (word) {
            case "this" -> Root.THIS;
            case "return" -> Root.RETURN;
            case "thrown" -> Root.THROWN;
            default -> {
                argumentIndex = argumentIndex(word, wordStart);
                yield Root.ARGUMENT;
            }
        };
        List<Step> steps = new ArrayList<>();
        while (!cursor.atEnd()) {
            steps.add(step());
        }
        return new ValuePath(text.strip(), root, argumentIndex, steps, access);
    }

    private int argumentIndex(String word, int wordStart) throws SyntaxException {
        if (!isArgument(word)) {
            throw cursor.errorAt(
                    wordStart, word.isEmpty() ? "no root" : "no root is called '" + word + "'", root(word));
        }
        String digits = word.substring(ARGUMENT.length());
        int index = digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (index > LAST_ARGUMENT) {
            throw cursor.errorAt(wordStart, "no method has so many arguments", "the last there can be is arg254");
        }
        return index;
    }

    private static boolean isArgument(String word) {
        int at = ARGUMENT.length();
        while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
            at++;
        }
        return word.startsWith(ARGUMENT) && at > ARGUMENT.length() && at == word.length();
    }

    private static String root(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        List<String> near = OTHER_WORDS.containsKey(lower)
                ? List.of(OTHER_WORDS.get(lower))
                : Nearest.to(lower, List.of("arg0", "this", "return", "thrown"), 1);
        return near.isEmpty() ? ROOTS : ROOTS + ": did you mean " + near.get(0) + "?";
    }

    private Step step() throws SyntaxException {
        if (cursor.take(".")) {
            return named();
        }
        if (cursor.take("[")) {
            return cursor.isAt("'") ? key("'") : cursor.isAt("\"") ? key("\"") : index();
        }
        if (cursor.isAt("(")) {
            throw cursor.error("a step takes no parentheses", "leave them out: a step calls the method by itself");
        }
        if (cursor.isAt("?")) {
            throw cursor.error("a step takes no '?'", "leave it out: null anywhere is no value already");
        }
        throw cursor.error("a step is expected, not " + cursor.found(), STEPS);
    }

    private Step named() throws SyntaxException {
        String name = cursor.takeWord(Character::isJavaIdentifierPart);
        if (name.isEmpty()) {
            throw cursor.error("a name is expected after '.', not " + cursor.found(), STEPS);
        }
        if (!Character.isJavaIdentifierStart(name.charAt(0))) {
            int spot = cursor.position() - name.length();
            throw cursor.errorAt(spot, "a name cannot begin with a digit", "write an element as [0], a key as ['0']");
        }
        if (cursor.isAt("-")) {
            throw cursor.error("a name cannot hold '-'", "write such a key as ['" + name + "-...']");
        }
        return new NamedStep("." + name, name, access);
    }

    private Step key(String quote) throws SyntaxException {
        int opened = cursor.position();
        cursor.take(quote);
        String key = cursor.takeRun(c -> c != quote.charAt(0));
        if (key.isEmpty() || !cursor.take(quote)) {
            throw cursor.errorAt(opened, "a key is expected in quotes", STEPS);
        }
        requireClosed();
        return new NamedStep("['" + key + "']", key, access);
    }

    private Step index() throws SyntaxException {
        if (cursor.isAt("-")) {
            throw cursor.error("elements are counted from 0", STEPS);
        }
        String digits = cursor.takeWord(c -> c >= '0' && c <= '9');
        if (digits.isEmpty() || digits.length() > 9) {
            throw cursor.error("the number of an element is expected", "write [0] for the first, ['name'] for a key");
        }
        requireClosed();
        return new IndexStep(Integer.parseInt(digits));
    }

    private void requireClosed() throws SyntaxException {
        if (!cursor.take("]")) {
            throw cursor.error("']' is expected, not " + cursor.found(), STEPS);
        }
    }
}
