package dev.sessionttl.engine.resume;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The words of a command line: its arguments, and in place of a script for a shell the words of that script. */
final class CommandWords {
    /** {@code bash -lc}, {@code cmd /c}, {@code pwsh -Command}, {@code script -qc}. */
    private static final Pattern SCRIPT_FOLLOWS = Pattern.compile("-[a-z]*c|/[cC]|-[cC]ommand");

    private static final Pattern SHELL =
            Pattern.compile("(?:.*[/\\\\])?(?:(?:ba|z|da|k|fi|a)?sh|cmd|powershell|pwsh|script|su)(?:\\.exe)?");
    private static final Pattern REMOTE_SHELL = Pattern.compile("(?:.*[/\\\\])?ssh(?:\\.exe)?");
    private static final String SEPARATORS = ";&|\n()";

    private CommandWords() {}

    /**
     * One word.
     *
     * @param argument in which argument it stands
     * @param from its first character there, quotes included
     * @param to the one after its last
     */
    record Word(String text, int argument, int from, int to, boolean isSeparator) {}

    static List<Word> of(List<String> command) {
        List<Word> words = new ArrayList<>(command.size());
        for (int i = 0; i < command.size(); i++) {
            String argument = command.get(i);
            if (isScript(command, i)) {
                new Script(argument, i).readInto(words);
            } else {
                words.add(new Word(argument, i, 0, argument.length(), false));
            }
        }
        return words;
    }

    private static boolean isScript(List<String> command, int at) {
        if (at == 0 || command.get(at).chars().noneMatch(Character::isWhitespace)) {
            return false;
        }
        if (at == command.size() - 1 && REMOTE_SHELL.matcher(command.get(0)).matches()) {
            return true;
        }
        return SCRIPT_FOLLOWS.matcher(command.get(at - 1)).matches()
                && command.subList(0, at - 1).stream()
                        .anyMatch(word -> SHELL.matcher(word).matches());
    }

    /** The command without these words, which follow one another; a script keeps its other characters as they are. */
    static List<String> without(List<String> command, List<Word> words) {
        List<String> rest = new ArrayList<>(command);
        Word first = words.get(0);
        Word last = words.get(words.size() - 1);
        String argument = command.get(first.argument());
        boolean isWhole = first.from() == 0 && first.to() == argument.length();
        if (isWhole) {
            rest.subList(first.argument(), last.argument() + 1).clear();
        } else {
            rest.set(first.argument(), argument.substring(0, first.from()) + argument.substring(last.to()));
        }
        return List.copyOf(rest);
    }

    /** Splits as a shell does, as far as quotes and separators go; nothing is expanded. */
    private static final class Script {
        private final String text;
        private final int argument;
        private int at;

        Script(String text, int argument) {
            this.text = text;
            this.argument = argument;
        }

        void readInto(List<Word> words) {
            while (at < text.length()) {
                char next = text.charAt(at);
                if (SEPARATORS.indexOf(next) >= 0) {
                    words.add(new Word(String.valueOf(next), argument, at, ++at, true));
                } else if (Character.isWhitespace(next)) {
                    at++;
                } else {
                    words.add(word());
                }
            }
            // What follows the script are its parameters, and no words of its last command.
            words.add(new Word("", argument, at, at, true));
        }

        private Word word() {
            int from = at;
            StringBuilder word = new StringBuilder();
            char quote = 0;
            for (; at < text.length(); at++) {
                char next = text.charAt(at);
                if (quote != 0 && next == quote) {
                    quote = 0;
                } else if (quote == 0 && (next == '"' || next == '\'')) {
                    quote = next;
                } else if (next == '\\' && quote != '\'' && at + 1 < text.length()) {
                    word.append(text.charAt(++at));
                } else if (quote == 0 && (Character.isWhitespace(next) || SEPARATORS.indexOf(next) >= 0)) {
                    break;
                } else {
                    word.append(next);
                }
            }
            return new Word(word.toString(), argument, from, at, false);
        }
    }
}
