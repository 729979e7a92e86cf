package dev.sessionttl.engine.resume;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads command lines: which of them run an agent's CLI, and which session they go on with. {@code --resume ID},
 * {@code --resume=ID} and {@code -r ID}; {@code exec resume ID} of Codex, {@code --session ID} of OpenCode; as arguments, or
 * inside the script that a shell is given. Immutable; any thread may call.
 */
public final class AgentCommands {
    private static final Set<String> CLIS = Set.of("claude", "claude-code", "codex", "gemini", "kode", "opencode");
    /**
     * No command without one of these is of interest: neither a CLI's name nor a flag of a resume is in it, and no script of
     * it can put one together out of quoted parts.
     */
    private static final String[] SIGNS = {"claude", "codex", "gemini", "kode", "opencode", "-r", "'", "\"", "\\"};

    private static final Set<String> RESUME_FLAGS = Set.of("--resume", "-r");
    private static final Set<String> OPENCODE_FLAGS = Set.of("--session", "-s");
    private static final String RESUME_IS = "--resume=";
    private static final String BEGIN = "--session-id";
    private static final Pattern UUID =
            Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");
    /** What no word of a script is that was written there as it is: a variable, a substitution. */
    private static final Pattern UNTOLD = Pattern.compile("[$`\\s]|^-|^$");

    private static final Pattern ENDING = Pattern.compile("(?<=.)@.*|\\.(exe|cmd|bat|js|mjs|cjs)$");

    private final Pattern[] patterns;

    /** @param patterns of the config, each with a group named {@code id}, for a command's words with a space between them */
    public AgentCommands(List<Pattern> patterns) {
        this.patterns = patterns.toArray(Pattern[]::new);
    }

    /** What the command has to do with an agent's CLI; empty where it runs none. */
    public Optional<AgentCommand> in(List<String> command) {
        for (Pattern pattern : patterns) {
            Matcher matcher = pattern.matcher(String.join(" ", command));
            if (matcher.find() && matcher.group("id") != null) {
                return Optional.of(
                        new AgentCommand(Optional.of(matcher.group("id")), Optional.empty(), Optional.empty()));
            }
        }
        return hasSigns(command) ? inWords(command, CommandWords.of(command)) : Optional.empty();
    }

    /** Hosts start commands of all kinds, and to take one apart would cost a hundredth of its start. */
    private static boolean hasSigns(List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            String argument = command.get(i);
            for (String sign : SIGNS) {
                if (argument.contains(sign)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<AgentCommand> inWords(List<String> command, List<CommandWords.Word> words) {
        boolean runsOne = false;
        String cli = "";
        Optional<String> begun = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).text();
            String named = cli.isEmpty() ? cliNamedBy(word) : "";
            if (words.get(i).isSeparator()) {
                cli = "";
            } else if (!named.isEmpty()) {
                cli = named;
                runsOne = true;
            } else if (!cli.isEmpty() && word.equals("--")) {
                // What follows is the prompt, whatever it looks like.
                i = nextSeparator(words, i) - 1;
            } else {
                Optional<AgentCommand> found = resumeAt(command, words, i, cli);
                if (found.isPresent()) {
                    return found;
                }
                if (!cli.isEmpty() && begun.isEmpty()) {
                    begun = begunAt(words, i);
                }
            }
        }
        return runsOne ? Optional.of(AgentCommand.beginning(begun)) : Optional.empty();
    }

    private static Optional<String> begunAt(List<CommandWords.Word> words, int at) {
        String word = words.get(at).text();
        boolean isNext = word.equals(BEGIN)
                && at + 1 < words.size()
                && !words.get(at + 1).isSeparator();
        String id = isNext
                ? words.get(at + 1).text()
                : word.startsWith(BEGIN + "=") ? word.substring(BEGIN.length() + 1) : "";
        return Optional.of(id).filter(text -> !UNTOLD.matcher(text).find());
    }

    private static Optional<AgentCommand> resumeAt(
            List<String> command, List<CommandWords.Word> words, int at, String cli) {
        String word = words.get(at).text();
        if (word.startsWith(RESUME_IS)) {
            return resumeOf(word.substring(RESUME_IS.length()), command, words.subList(at, at + 1), cli);
        }
        boolean takesId = RESUME_FLAGS.contains(word)
                || (cli.equals("opencode") && OPENCODE_FLAGS.contains(word))
                || (cli.equals("codex") && word.equals("resume"));
        return takesId && at + 1 < words.size() && !words.get(at + 1).isSeparator()
                ? resumeOf(words.get(at + 1).text(), command, words.subList(at, at + 2), cli)
                : Optional.empty();
    }

    /** Other programs have such flags too: of one that nobody knows, only what looks like a session id is taken for one. */
    private static Optional<AgentCommand> resumeOf(
            String id, List<String> command, List<CommandWords.Word> words, String cli) {
        boolean isId =
                cli.isEmpty() ? UUID.matcher(id).matches() : !UNTOLD.matcher(id).find();
        return isId
                ? Optional.of(new AgentCommand(
                        Optional.of(id), Optional.empty(), Optional.of(CommandWords.without(command, words))))
                : Optional.empty();
    }

    private static int nextSeparator(List<CommandWords.Word> words, int from) {
        int at = from;
        while (at < words.size() && !words.get(at).isSeparator()) {
            at++;
        }
        return at;
    }

    /** By the last part of a path, without its ending and version; a package of the CLI is known by its folder too. */
    private static String cliNamedBy(String word) {
        if (!mayNameACli(word)) {
            return "";
        }
        String[] parts = word.split("[/\\\\]", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            String name = ENDING.matcher(parts[i]).replaceFirst("");
            boolean isLast = i == parts.length - 1;
            if (isLast ? CLIS.contains(name) : name.equals("claude-code")) {
                return name;
            }
        }
        return "";
    }

    /** Most words of most commands do not; regexes took a twentieth of a start of a process to tell. */
    private static boolean mayNameACli(String word) {
        for (String cli : CLIS) {
            if (word.contains(cli)) {
                return true;
            }
        }
        return false;
    }
}
